import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { altText } from "../../../components/alt-text.ts";
import type { GivenVerdict, VerdictsPage } from "../../answers.ts";
import { linkToPicture } from "../address.ts";
import { get, reasonOf, thumbnailOf } from "../api.ts";
import { formatDate, language, texts } from "../texts/texts.ts";
import { judge, judged } from "./groups.ts";

const SHOWN = 20;
const MOST = 200;

/** The verdicts that stand, newest first, also of pairs that are in no group any more: each can be taken back. */
export function GivenVerdicts({ onTakenBack }: { readonly onTakenBack: () => void }) {
  const page = useSignal<VerdictsPage>({ verdicts: [], hasMore: false });
  const limit = useSignal(SHOWN);
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const stop = new AbortController();
    get<VerdictsPage>(`/api/verdicts?limit=${limit.value}`, stop.signal).then(
      (found) => (page.value = found),
      () => undefined,
    );
    return () => stop.abort();
  }, [judged.value, limit.value]);
  const takeBack = ({ pair: [a, b] }: GivenVerdict) =>
    void judge(a.id, b.id, null).then(
      () => {
        problem.value = undefined;
        onTakenBack();
      },
      (error: unknown) => (problem.value = reasonOf(error)),
    );
  const { verdicts, hasMore } = page.value;
  if (verdicts.length === 0) return null;
  return (
    <details class="given-verdicts">
      <summary>{texts.duplicates.given(verdicts.length, hasMore)}</summary>
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
      <ul>
        {verdicts.map((given) => (
          <li key={given.pair.map(({ id }) => id).join()}>
            {given.pair.map((card) => (
              <a key={card.id} {...linkToPicture(card.id)} title={card.name}>
                <img src={thumbnailOf(card.id)} alt={altText(card, language)} loading="lazy" />
              </a>
            ))}
            <span>
              {texts.duplicates.recorded[given.verdict]} <small>{formatDate(given.at)}</small>
            </span>
            <button type="button" onClick={() => takeBack(given)}>
              {texts.duplicates.takeBack}
            </button>
          </li>
        ))}
      </ul>
      {hasMore && limit.value < MOST && (
        <button type="button" onClick={() => (limit.value = MOST)}>
          {texts.duplicates.moreGiven}
        </button>
      )}
    </details>
  );
}
