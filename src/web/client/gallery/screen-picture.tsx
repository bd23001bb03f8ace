import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { screenSizeOf, thumbnailOf } from "../api.ts";
import { texts } from "../texts/texts.ts";

import "./screen-picture.css";

interface ScreenPictureProps {
  /** Of the picture, or of a moment of one that moves. */
  readonly id: string;
  readonly alt: string;
  readonly size: { readonly width: number; readonly height: number };
  /** Drawn over it, in fractions of its size. */
  readonly children?: ComponentChildren;
}

/** The thumbnail at once, in the size that the picture will have; the picture over it when it is there. */
export function ScreenPicture({ id, alt, size: { width, height }, children }: ScreenPictureProps) {
  const isBroken = useSignal(false);
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
      {children}
    </div>
  );
}
