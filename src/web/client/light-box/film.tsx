import type { Signal } from "@preact/signals";
import { altText } from "../../../components/alt-text.ts";
import type { Card } from "../../../shared/cards.ts";
import { filmOf, momentOf, screenSizeOf } from "../api.ts";
import { language } from "../texts/texts.ts";

interface FilmProps {
  readonly picture: Card;
  /** Where it opens. */
  readonly startMs: number;
  /** Where it stands, in seconds. */
  readonly at: Signal<number | undefined>;
  /** The browser cannot play it. */
  readonly onError: () => void;
}

/** A film that plays from the moment that was found. */
export function Film({ picture, startMs, at, onError }: FilmProps) {
  const { id, width, height } = picture;
  return (
    <div
      class="picture"
      style={{ aspectRatio: `${width} / ${height}`, "--ratio": String(width / height) }}
      key={id}
    >
      {/* biome-ignore lint/a11y/useMediaCaption: the library has no captions of a film */}
      <video
        src={`${filmOf(id)}#t=${startMs / 1000}`}
        poster={screenSizeOf(momentOf({ id, atMs: startMs }))}
        aria-label={altText(picture, language)}
        controls
        preload="metadata"
        playsInline
        onTimeUpdate={(event) => (at.value = event.currentTarget.currentTime)}
        onError={onError}
      />
    </div>
  );
}
