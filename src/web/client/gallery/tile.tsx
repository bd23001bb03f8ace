import { altText } from "../../../components/alt-text.ts";
import { HitFacts } from "../../../components/hit-facts.tsx";
import type { HitCard } from "../../../shared/cards.ts";
import { clockTime } from "../../../shared/format.ts";
import { linkToPicture } from "../address.ts";
import { momentOf, thumbnailOf } from "../api.ts";
import { isSelected, toggleSelected } from "../selection/selection.ts";
import { language, texts } from "../texts/texts.ts";

interface TileProps {
  readonly card: HitCard;
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  /** Where the keys are. */
  readonly isCurrent: boolean;
  readonly total: number;
}

export function Tile({ card, box, isCurrent, total }: TileProps) {
  const style = {
    left: `${box.left}px`,
    top: `${box.top}px`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  };
  return (
    <li
      class={`tile${isCurrent ? " current" : ""}`}
      style={style}
      aria-setsize={total}
      aria-posinset={card.rank}
    >
      <a {...linkToPicture(card.id)} data-id={card.id}>
        <img
          src={thumbnailOf(momentOf(card))}
          alt={altText(card, language)}
          decoding="async"
          draggable={false}
        />
        <span class="caption">
          <bdi class="name">{card.name}</bdi>
          <HitFacts card={card} />
        </span>
      </a>
      <button
        type="button"
        class="pick"
        aria-pressed={isSelected(card.id)}
        aria-label={texts.selection.pick(card.name)}
        onClick={() => toggleSelected(card.id)}
      >
        ✓
      </button>
      {card.durationMs !== undefined && <span class="badge duration">▸ {clockTime(card.durationMs)}</span>}
      {!card.online && <span class="badge">{texts.picture.offline}</span>}
    </li>
  );
}
