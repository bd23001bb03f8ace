import { useSignal } from "@preact/signals";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { Tagged } from "../../answers.ts";
import { abilities } from "../abilities.ts";
import { address } from "../address.ts";
import { post, reasonOf } from "../api.ts";
import { moreLike } from "../light-box/more-like.ts";
import { texts } from "../texts/texts.ts";
import { typedIn } from "../typed-in.ts";
import { clearSelection, selection } from "./selection.ts";

import "./selection.css";

/** Examples that a question takes at most, with room for its words. */
const MOST_EXAMPLES = 10;

/** What can be done to the selected pictures at once. */
export function SelectionBar() {
  const said = useSignal<string | undefined>(undefined);
  const ids = selection.value;
  if (ids.length === 0 && said.value === undefined) return null;
  const attempt = async (work: () => Promise<string>) => {
    try {
      said.value = await work();
      clearSelection();
    } catch (error) {
      said.value = reasonOf(error);
    }
  };
  return (
    <section class="selection" aria-label={texts.selection.label}>
      <p class="note" aria-live="polite">
        {said.value ?? texts.selection.selected(ids.length)}
      </p>
      {ids.length > 0 && <Actions ids={ids} attempt={attempt} />}
      <button
        type="button"
        onClick={() => {
          said.value = undefined;
          clearSelection();
        }}
      >
        {ids.length > 0 ? texts.selection.clear : texts.selection.hide}
      </button>
    </section>
  );
}

interface ActionsProps {
  readonly ids: readonly string[];
  readonly attempt: (work: () => Promise<string>) => Promise<void>;
}

function Actions({ ids, attempt }: ActionsProps) {
  const question = address.value.params.get("q")?.trim() ?? "";
  const mayEdit = abilities.value?.mayEdit ?? false;
  const mark = (isRight: boolean) => () =>
    void attempt(async () => {
      await post("/api/marks", { question, ids, isRight });
      return isRight ? texts.selection.markedRight : texts.selection.markedWrong;
    });
  return (
    <>
      <button
        type="button"
        disabled={ids.length > MOST_EXAMPLES}
        onClick={() => {
          moreLike(ids);
          clearSelection();
        }}
      >
        {texts.selection.moreLike}
      </button>
      {mayEdit && question !== "" && (
        <>
          <button type="button" onClick={mark(true)}>
            {texts.selection.right}
          </button>
          <button type="button" onClick={mark(false)}>
            {texts.selection.wrong}
          </button>
        </>
      )}
      {mayEdit && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const tag = typedIn(event.currentTarget, "tag");
            if (tag === undefined) return;
            void attempt(async () => {
              const tagged = await post<Tagged>("/api/tagged", { tag, ids });
              return texts.selection.tagged(tagged.pictures, visibleText(tagged.tag));
            });
          }}
        >
          <input
            name="tag"
            required
            maxLength={100}
            aria-label={texts.selection.tagName}
            placeholder={texts.selection.tagName}
            autocomplete="off"
          />
          <button type="submit">{texts.selection.tag}</button>
        </form>
      )}
    </>
  );
}
