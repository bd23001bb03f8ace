import type { Card, HitCard } from "../../answers.ts";
import { address, showPicture } from "../address.ts";
import { thumbnailOf } from "../api.ts";
import { formatDay, texts } from "../texts/texts.ts";

interface TileProps {
  readonly card: HitCard;
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly isSelected: boolean;
  readonly total: number;
}

export function Tile({ card, box, isSelected, total }: TileProps) {
  const style = {
    left: `${box.left}px`,
    top: `${box.top}px`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  };
  return (
    <li
      class={`tile${isSelected ? " selected" : ""}`}
      style={style}
      aria-setsize={total}
      aria-posinset={card.rank}
    >
      <a
        href={`?${withShown(card.id)}`}
        data-id={card.id}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          showPicture(card.id);
        }}
      >
        <img src={thumbnailOf(card.id)} alt={altOf(card)} decoding="async" draggable={false} />
        <span class="caption">
          <bdi class="name">{card.name}</bdi>
          <span class="facts">{factsOf(card).join(" · ")}</span>
          {foundLine(card)}
        </span>
      </a>
      {!card.online && <span class="badge">{texts.picture.offline}</span>}
    </li>
  );
}

function withShown(id: string): URLSearchParams {
  const params = new URLSearchParams(address.peek().params);
  params.set("show", id);
  return params;
}

/** For those who do not see it: what there is to say of it. */
export const altOf = ({ name, day, tags }: Card): string =>
  [name, formatDay(day), ...tags.slice(0, 3)].filter(Boolean).join(", ");

function factsOf(card: HitCard): string[] {
  const { score, words } = card;
  return [
    ...(score === undefined ? [formatDay(card.day)] : []),
    ...(card.isCopy ? [texts.picture.same] : []),
    ...(score ? [words ? texts.picture.looks(score.toFixed(2)) : score.toFixed(2)] : []),
    ...(words ? [texts.picture.words(words.matched, words.of)] : []),
    ...(card.alike > 0 ? [texts.picture.alike(card.alike)] : []),
  ];
}

function foundLine({ words }: HitCard) {
  const [place] = words?.places ?? [];
  if (!place) return null;
  return (
    <span class="found">
      {texts.picture.sources[place.source]} “<bdi>{place.line}</bdi>”
    </span>
  );
}
