import { useSignal } from "@preact/signals";
import type { PictureDetails, PreviousTagState } from "../../answers.ts";
import { abilities } from "../abilities.ts";
import { post, reasonOf } from "../api.ts";
import { texts } from "../texts/texts.ts";

/** What takes a tag off a picture for good, as a person's no in a review does. */
const REJECTED: PreviousTagState = { by: "rejected", score: 1 };

/** Its tags; who may edit takes them off one by one, and puts the last one back. */
export function Tags({ picture: { id, tags } }: { readonly picture: PictureDetails }) {
  const shown = useSignal(tags);
  const removed = useSignal<{ readonly tag: string; readonly before: PreviousTagState } | undefined>(
    undefined,
  );
  const problem = useSignal<string | undefined>(undefined);
  const say = async (tag: string, said: PreviousTagState) => {
    try {
      const before = await post<PreviousTagState>("/api/judgements", { id, tag, said });
      const isRemoved = said === REJECTED;
      shown.value = isRemoved ? shown.peek().filter((each) => each !== tag) : [...shown.peek(), tag];
      removed.value = isRemoved ? { tag, before } : undefined;
      problem.value = undefined;
    } catch (error) {
      problem.value = reasonOf(error);
    }
  };
  const last = removed.value;
  if (shown.value.length === 0 && !last) return null;
  if (!abilities.value?.mayEdit)
    return (
      <>
        <h3>{texts.box.tags}</h3>
        <p class="tag-list">{shown.value.join(", ")}</p>
      </>
    );
  return (
    <>
      <h3>{texts.box.tags}</h3>
      <p class="tag-list actions">
        {shown.value.map((tag) => (
          <span key={tag}>
            <bdi>{tag}</bdi>{" "}
            <button
              type="button"
              aria-label={texts.box.removeTag(tag)}
              onClick={() => void say(tag, REJECTED)}
            >
              ×
            </button>
          </span>
        ))}
      </p>
      <p aria-live="polite">
        {last && (
          <>
            {texts.box.tagRemoved(last.tag)}{" "}
            <button type="button" onClick={() => void say(last.tag, last.before)}>
              {texts.box.undo}
            </button>
          </>
        )}
      </p>
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
    </>
  );
}
