import type { HitCard } from "../shared/cards.ts";
import { clockTime } from "../shared/format.ts";
import { type Language, useLanguage } from "./language.ts";

/** What makes a hit one: its score and words, and the line in which they stand. */
export function HitFacts({ card }: { readonly card: HitCard }) {
  const language = useLanguage();
  const { picture } = language.texts;
  const [place] = card.words?.places ?? [];
  return (
    <>
      <span class="facts">{factsOf(card, language).join(" · ")}</span>
      {place && (
        <span class="found">
          {picture.sources[place.source]} “<bdi>{place.line}</bdi>”
        </span>
      )}
    </>
  );
}

function factsOf(card: HitCard, { texts: { picture }, formatDay }: Language): string[] {
  const { score, words } = card;
  return [
    ...(score === undefined ? [formatDay(card.day)] : []),
    ...(card.atMs === undefined ? [] : [picture.at(clockTime(card.atMs))]),
    ...(card.isCopy ? [picture.same] : []),
    ...(score ? [words ? picture.looks(score.toFixed(2)) : score.toFixed(2)] : []),
    ...(words ? [picture.words(words.matched, words.of)] : []),
    ...(card.alike > 0 ? [picture.alike(card.alike)] : []),
  ].filter(Boolean);
}
