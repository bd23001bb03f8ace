import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { Move } from "../../answers.ts";
import { get, post, reasonOf } from "../api.ts";
import { formatDate, texts } from "../texts/texts.ts";
import { typedIn } from "../typed-in.ts";
import { isBusyWith, refreshPulse, useLastEnded } from "../work/pulse.ts";
import { found } from "./groups.ts";

/** Moves what could go to a folder of the user's choosing, and lists moves, which can be undone. */
export function Moves({ question, onMoved }: { readonly question: string; readonly onMoved: () => void }) {
  const moves = useSignal<readonly Move[]>([]);
  const problem = useSignal<string | undefined>(undefined);
  const isMoving = isBusyWith("moving", "returning");
  const ended = useLastEnded("moving", "returning");
  useEffect(() => {
    void get<readonly Move[]>("/api/moves").then(
      (list) => (moves.value = list),
      () => undefined,
    );
    if (ended > 0) onMoved();
  }, [ended]);
  const begin = async (path: string, body: unknown) => {
    try {
      await post(path, body);
      problem.value = undefined;
    } catch (error) {
      problem.value = reasonOf(error);
    }
    refreshPulse();
  };
  const count = found.totals.value?.spareFiles ?? 0;
  return (
    <div class="moves">
      <form
        onInvalidCapture={() => (problem.value = undefined)}
        onSubmit={(event) => {
          event.preventDefault();
          const to = typedIn(event.currentTarget, "to");
          if (to !== undefined) void begin(`/api/moves?${question}`, { to });
        }}
      >
        <label>
          {texts.duplicates.moveTo}{" "}
          <input name="to" required placeholder={texts.duplicates.moveHint} autocomplete="off" />
        </label>
        <button type="submit" disabled={isMoving || count === 0 || found.progress.value !== undefined}>
          {texts.duplicates.move(count)}
        </button>
      </form>
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
      {moves.value.length > 0 && (
        <ul class="moved">
          {moves.value.map(({ batch, at, files, folder }) => (
            <li key={batch}>
              {texts.duplicates.moved(files, formatDate(at))} <bdi>{visibleText(folder)}</bdi>{" "}
              <button
                type="button"
                disabled={isMoving}
                onClick={() => void begin(`/api/moves/${batch}/undo`, {})}
              >
                {texts.duplicates.moveBack}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
