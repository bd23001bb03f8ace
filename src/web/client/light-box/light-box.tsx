import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { altText } from "../../../components/alt-text.ts";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { PictureDetails } from "../../answers.ts";
import { address, hidePicture, shownOf, showPicture } from "../address.ts";
import { get, momentOf, reasonOf } from "../api.ts";
import { useDialog } from "../dialog.ts";
import { results } from "../find/results.ts";
import { ScreenPicture } from "../gallery/screen-picture.tsx";
import { language, texts } from "../texts/texts.ts";
import { Facts } from "./facts.tsx";
import { Film } from "./film.tsx";
import { tiltedBox } from "./tilted-box.ts";

import "./light-box.css";

/** The picture that the address names, over whatever view is below. */
export function LightBox() {
  const id = shownOf(address.value);
  return id === null ? null : <Opened id={id} />;
}

function Opened({ id }: { readonly id: string }) {
  const dialog = useDialog();
  const details = useSignal<PictureDetails | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const showsText = useSignal(false);
  const cannotPlay = useSignal(false);
  /** Seconds at which the film stands. */
  const at = useSignal<number | undefined>(undefined);

  useEffect(() => {
    const stop = new AbortController();
    details.value = undefined;
    problem.value = undefined;
    cannotPlay.value = false;
    at.value = undefined;
    get<PictureDetails>(`/api/pictures/${id}`, stop.signal).then(
      (found) => (details.value = found),
      (error: unknown) => {
        if (!stop.signal.aborted) problem.value = reasonOf(error);
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
        {known?.media === "video" && known.isPlayable && !cannotPlay.value ? (
          <Film
            picture={known}
            startMs={hitOf(id)?.atMs ?? 0}
            at={at}
            onError={() => (cannotPlay.value = true)}
          />
        ) : (
          <ScreenPicture
            id={momentOf({ id, atMs: hitOf(id)?.atMs })}
            alt={known ? altText(known, language) : ""}
            size={known ?? hitOf(id) ?? { width: 4, height: 3 }}
          >
            {showsText.value && known && <Lines picture={known} />}
          </ScreenPicture>
        )}
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
      {known && <Facts picture={known} showsText={showsText} at={at} />}
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

const hitOf = (id: string) => results.hits.value.find((hit) => hit.id === id);

/** Where the text in the picture stands. */
function Lines({ picture }: { readonly picture: PictureDetails }) {
  return (
    <>
      {picture.text.map(({ text, box, angle }, at) => {
        const { x, y, width, height, degrees } = tiltedBox(box, angle, picture);
        const style = {
          left: `${x * 100}%`,
          top: `${y * 100}%`,
          width: `${width * 100}%`,
          height: `${height * 100}%`,
          rotate: `${degrees}deg`,
        };
        return <span key={at} class="line" title={visibleText(text)} style={style} />;
      })}
    </>
  );
}
