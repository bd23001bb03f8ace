import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { altText } from "../../../components/alt-text.ts";
import type { Card } from "../../../shared/cards.ts";
import { linkToPicture } from "../address.ts";
import { get, reasonOf, thumbnailOf } from "../api.ts";
import { language } from "../texts/texts.ts";

interface NearbyProps {
  readonly heading: string;
  readonly ids: readonly string[];
  /** Said before the list. */
  readonly children?: ComponentChildren;
}

/** Pictures of the map as a list: for those who do not see it, and for those who do. */
export function Nearby({ heading, ids, children }: NearbyProps) {
  const cards = useSignal<readonly Card[]>([]);
  const problem = useSignal<string | undefined>(undefined);
  const wanted = ids.join();

  useEffect(() => {
    const stop = new AbortController();
    if (ids.length === 0) cards.value = [];
    else
      get<Card[]>(`/api/cards?${new URLSearchParams(ids.map((id) => ["id", id]))}`, stop.signal).then(
        (found) => {
          cards.value = found;
          problem.value = undefined;
        },
        (error: unknown) => {
          if (!stop.signal.aborted) problem.value = reasonOf(error);
        },
      );
    return () => stop.abort();
  }, [wanted]);

  return (
    <section class="nearby" aria-labelledby="nearby-heading">
      <h2 id="nearby-heading" aria-live="polite">
        {heading}
      </h2>
      {children}
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
      <ul>
        {cards.value.map((card) => (
          <li key={card.id}>
            <a {...linkToPicture(card.id)} title={card.name}>
              <img src={thumbnailOf(card.id)} alt={altText(card, language)} loading="lazy" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
