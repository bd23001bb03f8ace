import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { altText } from "../../../components/alt-text.ts";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { PictureDetails } from "../../answers.ts";
import { address, hidePicture, shownOf, showPicture } from "../address.ts";
import { ApiError, get, screenSizeOf, thumbnailOf } from "../api.ts";
import { results } from "../find/results.ts";
import { language, texts } from "../texts/texts.ts";
import { Facts } from "./facts.tsx";

import "./light-box.css";

/** The picture that the address names, over whatever view is below. */
export function LightBox() {
  const id = shownOf(address.value);
  return id === null ? null : <Opened id={id} />;
}

function Opened({ id }: { readonly id: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const details = useSignal<PictureDetails | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const showsText = useSignal(false);

  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);

  useEffect(() => {
    const stop = new AbortController();
    details.value = undefined;
    problem.value = undefined;
    get<PictureDetails>(`/api/pictures/${id}`, stop.signal).then(
      (found) => (details.value = found),
      (error: unknown) => {
        if (!stop.signal.aborted) problem.value = error instanceof ApiError ? error.message : String(error);
      },
    );
    return () => stop.abort();
  }, [id]);

  const [previous, next] = neighbours(id);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "ArrowLeft" || event.key === "k") previous && showPicture(previous, true);
      else if (event.key === "ArrowRight" || event.key === "j") next && showPicture(next, true);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [previous, next]);

  const known = details.value;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it, as Escape does
    <dialog
      ref={dialog}
      class="light-box"
      aria-label={known ? altText(known, language) : texts.box.label}
      onClose={() => hidePicture()}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div class="stage">
        <Picture
          id={id}
          alt={known ? altText(known, language) : ""}
          lines={showsText.value ? known?.text : undefined}
          size={known}
        />
        {problem.value !== undefined && <p role="alert">{problem.value}</p>}
        <Step id={previous} class="previous" name={texts.box.previous} sign="‹" />
        <Step id={next} class="next" name={texts.box.next} sign="›" />
      </div>
      <button
        type="button"
        class="close"
        aria-label={texts.box.close}
        onClick={() => dialog.current?.close()}
      >
        ×
      </button>
      {known && <Facts picture={known} showsText={showsText} />}
    </dialog>
  );
}

function Step(props: {
  readonly id: string | undefined;
  readonly class: string;
  readonly name: string;
  readonly sign: string;
}) {
  const { id } = props;
  if (id === undefined) return null;
  return (
    <button
      type="button"
      class={`step ${props.class}`}
      aria-label={props.name}
      onClick={() => showPicture(id, true)}
    >
      {props.sign}
    </button>
  );
}

/** The hits before and after, in the grid's order. */
function neighbours(id: string): [string | undefined, string | undefined] {
  const hits = results.hits.value;
  const at = hits.findIndex((hit) => hit.id === id);
  return at < 0 ? [undefined, undefined] : [hits[at - 1]?.id, hits[at + 1]?.id];
}

interface PictureProps {
  readonly id: string;
  readonly alt: string;
  readonly size: PictureDetails | undefined;
  readonly lines: PictureDetails["text"] | undefined;
}

/** The thumbnail at once, in the size that the picture will have; the picture over it when it is there. */
function Picture({ id, alt, size, lines }: PictureProps) {
  const isBroken = useSignal(false);
  const hit = results.hits.value.find((each) => each.id === id);
  const { width, height } = size ?? hit ?? { width: 4, height: 3 };
  return (
    <div
      class="picture"
      style={{ aspectRatio: `${width} / ${height}`, "--ratio": String(width / height) }}
      key={id}
    >
      <img class="below" src={thumbnailOf(id)} alt="" />
      {isBroken.value ? (
        <p role="alert">{texts.box.failed}</p>
      ) : (
        <img src={screenSizeOf(id)} alt={alt} onError={() => (isBroken.value = true)} />
      )}
      {lines?.map(({ text, box }, at) => (
        <span
          key={at}
          class="line"
          title={visibleText(text)}
          style={{
            left: `${box.x * 100}%`,
            top: `${box.y * 100}%`,
            width: `${box.width * 100}%`,
            height: `${box.height * 100}%`,
          }}
        />
      ))}
    </div>
  );
}
