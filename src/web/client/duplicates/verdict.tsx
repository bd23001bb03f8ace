import { useSignal } from "@preact/signals";
import { reasonOf } from "../api.ts";
import { texts } from "../texts/texts.ts";
import { type Judgement, judge } from "./groups.ts";

interface VerdictProps {
  readonly a: string;
  readonly b: string;
  /** What is said of the two in the library. */
  readonly said: Judgement;
}

/** What a person says of a pair: it stands in the library, and can be taken back at any time. */
export function Verdict({ a, b, said }: VerdictProps) {
  const now = useSignal(said);
  const problem = useSignal<string | undefined>(undefined);
  const give = (verdict: Judgement) =>
    void judge(a, b, verdict).then(
      (stands) => {
        now.value = stands;
        problem.value = undefined;
      },
      (error: unknown) => (problem.value = reasonOf(error)),
    );
  return (
    <>
      {(["same", "variant", "different"] as const).map((verdict) => (
        <button
          key={verdict}
          type="button"
          aria-pressed={now.value === verdict}
          disabled={now.value === verdict}
          onClick={() => give(verdict)}
        >
          {texts.duplicates.verdicts[verdict]}
        </button>
      ))}
      {now.value !== null && (
        <>
          <span class="mark keep">{texts.duplicates.recorded[now.value]}</span>
          <button type="button" onClick={() => give(null)}>
            {texts.duplicates.undo}
          </button>
        </>
      )}
      {problem.value !== undefined && <span role="alert">{problem.value}</span>}
    </>
  );
}
