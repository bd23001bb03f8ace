import { DuplicateGroup } from "../../components/duplicate-group.tsx";
import { useLanguage } from "../../components/language.ts";
import { PictureFigure } from "../../components/picture-figure.tsx";
import { PictureGrid } from "../../components/picture-grid.tsx";
import { PlaceName } from "../../components/place-name.tsx";
import { Thumbnail } from "../../components/thumbnail.tsx";
import type { Card, GroupCard } from "../../shared/cards.ts";

export type Shown =
  | { readonly state: "waiting" | "cancelled" }
  | { readonly state: "pictures"; readonly cards: readonly Card[] }
  | { readonly state: "groups"; readonly groups: readonly GroupCard[] };

interface GalleryProps {
  readonly shown: Shown;
  readonly chosen: ReadonlySet<string>;
  readonly sourceOf: (id: string) => string | undefined;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}

/** The pictures of a tool's answer, to look at and to choose among. */
export function Gallery({ shown, chosen, sourceOf, onChoose }: GalleryProps) {
  const { texts } = useLanguage();
  const toggle = (id: string) => onChoose(chosen.has(id) ? without(chosen, id) : new Set([...chosen, id]));
  const picture = (card: Card) => (
    <label class="choice">
      <input type="checkbox" checked={chosen.has(card.id)} onChange={() => toggle(card.id)} />
      <Thumbnail card={card} source={sourceOf(card.id)} />
    </label>
  );
  return (
    <main aria-label={texts.chat.label} aria-busy={shown.state === "waiting"}>
      <h1 class="hidden">{texts.chat.label}</h1>
      <Message shown={shown} chosen={chosen.size} onClear={() => onChoose(new Set())} />
      {shown.state === "groups" &&
        shown.groups.map((group) => <DuplicateGroup key={group.keeper.id} group={group} picture={picture} />)}
      {shown.state === "pictures" && (
        <PictureGrid label={texts.chat.label}>
          {shown.cards.map((card) => (
            <PictureFigure key={card.id} picture={picture(card)}>
              <PlaceName place={card} />
              <Facts card={card} />
            </PictureFigure>
          ))}
        </PictureGrid>
      )}
    </main>
  );
}

interface MessageProps {
  readonly shown: Shown;
  readonly chosen: number;
  readonly onClear: () => void;
}

function Message({ shown, chosen, onClear }: MessageProps) {
  const { chat, library } = useLanguage().texts;
  const isEmpty =
    (shown.state === "pictures" && shown.cards.length === 0) ||
    (shown.state === "groups" && shown.groups.length === 0);
  const waiting = {
    waiting: library.loading,
    cancelled: chat.cancelled,
    pictures: chat.choose,
    groups: chat.choose,
  };
  return (
    <p class="choosing" role="status">
      {isEmpty ? chat.nothing : chosen > 0 ? chat.chosen(chosen) : waiting[shown.state]}
      {chosen > 0 && (
        <button type="button" onClick={onClear}>
          {chat.chooseNone}
        </button>
      )}
    </p>
  );
}

function Facts({ card: { day, width, height, tags, online } }: { readonly card: Card }) {
  const { texts, formatDay, formatNumber } = useLanguage();
  const facts = [formatDay(day), `${formatNumber(width)}×${formatNumber(height)}`, ...tags.slice(0, 3)];
  return (
    <>
      <span class="facts">{facts.filter(Boolean).join(" · ")}</span>
      {!online && <span class="mark">{texts.picture.offline}</span>}
    </>
  );
}

const without = (all: ReadonlySet<string>, id: string) => new Set([...all].filter((one) => one !== id));
