import { useEffect, useMemo } from "preact/hooks";
import { altText } from "../../../components/alt-text.ts";
import { visibleText } from "../../../core/unprintable-characters.ts";
import { abilities } from "../abilities.ts";
import { linkTo } from "../address.ts";
import { screenSizeOf } from "../api.ts";
import { isTyping } from "../find/search-box.tsx";
import { ScreenPicture } from "../gallery/screen-picture.tsx";
import { formatNumber, language, texts } from "../texts/texts.ts";
import { type Answer, ReviewQueue } from "./review-queue.ts";

const KEYS: Readonly<Record<string, Answer>> = {
  y: "yes",
  j: "yes",
  ArrowRight: "yes",
  n: "no",
  ArrowLeft: "no",
  s: "skip",
  ArrowDown: "skip",
};

/** One picture after the other, those of which the model is least sure first. */
export function Review({ tag }: { readonly tag: string }) {
  const queue = useMemo(() => new ReviewQueue(tag), [tag]);
  const mayEdit = abilities.value?.mayEdit ?? false;
  useEffect(() => void queue.load(), [queue]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!mayEdit || isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
      const answer = KEYS[event.key];
      if (answer) queue.answer(answer);
      else if (event.key === "u" || event.key === "Backspace") queue.undo();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [queue, mayEdit]);

  const waiting = queue.waiting.value;
  const [card, next] = waiting ?? [];
  useEffect(() => {
    if (next) new Image().src = screenSizeOf(next.id);
  }, [next]);
  const answered = queue.answered.value;
  const count = (answer: Answer) => answered.filter((each) => each.answer === answer).length;
  return (
    <article class="review">
      <p>
        <a href="/tags" onClick={linkTo("/tags")}>
          {texts.tags.allLabels}
        </a>
      </p>
      <h2>
        {texts.tags.question} <bdi>{visibleText(tag)}</bdi>
      </h2>
      {queue.problem.value !== undefined && <p role="alert">{queue.problem.value}</p>}
      <p class="note" aria-live="polite">
        {texts.tags.answered(count("yes"), count("no"), count("skip"))}
      </p>
      {!mayEdit && <p class="note">{texts.tags.readOnly}</p>}
      {mayEdit && (
        <p class="answers">
          <button type="button" class="yes" disabled={!card} onClick={() => queue.answer("yes")}>
            {texts.tags.yes} <kbd>Y</kbd>
          </button>
          <button type="button" class="no" disabled={!card} onClick={() => queue.answer("no")}>
            {texts.tags.no} <kbd>N</kbd>
          </button>
          <button type="button" disabled={!card} onClick={() => queue.answer("skip")}>
            {texts.tags.skip} <kbd>S</kbd>
          </button>
          <button type="button" disabled={answered.length === 0} onClick={() => queue.undo()}>
            {texts.duplicates.undo} <kbd>U</kbd>
          </button>
        </p>
      )}
      {waiting === undefined && <p>{texts.library.loading}</p>}
      {waiting?.length === 0 && <p>{texts.tags.noMore}</p>}
      {card && (
        <figure>
          <ScreenPicture id={card.id} alt={altText(card, language)} size={card} />
          <figcaption>
            <bdi>{card.name}</bdi>{" "}
            <span class="note">{texts.tags.modelSays(card.applies, formatNumber(card.score))}</span>
          </figcaption>
        </figure>
      )}
    </article>
  );
}
