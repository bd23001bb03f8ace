import { signal } from "@preact/signals";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { Work } from "../../answers.ts";
import { post } from "../api.ts";
import { formatDuration, formatNumber, texts } from "../texts/texts.ts";
import { isRunning, pulse, refreshPulse } from "./pulse.ts";
import { keyOf, shownWork } from "./shown-work.ts";

import "./work.css";

/** Less than this of the whole says little of how long the rest takes. */
const TELLING_SHARE = 0.01;

/** Ended work that the reader has put away, in this tab. */
const hidden = signal<ReadonlySet<string>>(new Set());

/** What was begun on the page: how far it is, how long it will take, how it ended. */
export function WorkList() {
  const work = shownWork(pulse.value?.work ?? [], hidden.value);
  if (work.length === 0) return null;
  return (
    <ul class="work" aria-live="polite" aria-label={texts.work.label}>
      {work.map((each) => (
        <li key={each.id} class={each.end ?? "running"}>
          <span>
            {texts.work.kinds[each.kind]} <bdi>{visibleText(each.subject)}</bdi>
          </span>
          <State work={each} />
          {!isRunning(each) && (
            <button
              type="button"
              class="hide"
              aria-label={`${texts.selection.hide}: ${texts.work.kinds[each.kind]} ${visibleText(each.subject)}`}
              onClick={() => (hidden.value = new Set(hidden.peek()).add(keyOf(each)))}
            >
              ×
            </button>
          )}
          {each.refused && each.refused.length > 0 && (
            <details>
              <summary>{texts.work.reasons}</summary>
              <ul>
                {each.refused.map(({ path, reason }) => (
                  <li key={path}>
                    <bdi>{visibleText(path)}</bdi> <span class="note">{visibleText(reason)}</span>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function State({ work }: { readonly work: Work }) {
  if (!isRunning(work))
    return (
      <span class="note">
        {texts.work.ends[work.end ?? "done"]}
        {work.problem !== undefined && ` ${work.problem}`}
        {(work.refused?.length ?? 0) > 0 && ` · ${texts.work.refused(work.refused?.length ?? 0)}`}
        {work.end === "failed" && work.problem === undefined && ` ${texts.errors.unexpected}`}
      </span>
    );
  const { done, total } = work;
  return (
    <>
      {total !== null && total > 0 ? (
        <progress max={total} value={done} aria-label={texts.work.kinds[work.kind]} />
      ) : (
        <progress aria-label={texts.work.kinds[work.kind]} />
      )}
      <span class="note">
        {total === null ? formatNumber(done) : texts.work.of(done, total)}
        {timeLeft(work)}
      </span>
      <button
        type="button"
        onClick={() => void post(`/api/work/${work.id}/stop`, {}).then(refreshPulse, () => undefined)}
      >
        {texts.work.stop}
      </button>
    </>
  );
}

function timeLeft({ startedAt, done, total }: Work): string {
  if (total === null || done < total * TELLING_SHARE || done >= total) return "";
  const elapsed = Date.now() - startedAt;
  return ` · ${texts.work.left(formatDuration((elapsed * (total - done)) / done))}`;
}
