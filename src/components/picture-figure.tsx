import type { ComponentChildren } from "preact";

interface PictureFigureProps {
  /** A thumbnail, in whatever it leads to. */
  readonly picture: ComponentChildren;
  readonly isKeeper?: boolean;
  /** Its caption. */
  readonly children: ComponentChildren;
}

export const PictureFigure = ({ picture, isKeeper = false, children }: PictureFigureProps) => (
  <figure class={isKeeper ? "picture-figure keeper" : "picture-figure"}>
    {picture}
    <figcaption>{children}</figcaption>
  </figure>
);
