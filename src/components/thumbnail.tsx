import type { FractionBox } from "../core/types.ts";
import type { Card } from "../shared/cards.ts";
import { altText } from "./alt-text.ts";
import { useLanguage } from "./language.ts";

interface ThumbnailProps {
  readonly card: Card;
  /** Undefined while it is on its way. */
  readonly source: string | undefined;
  /** Outlined on it. */
  readonly boxes?: readonly FractionBox[] | undefined;
}

/** The whole picture in its place, however long or wide it is. */
export function Thumbnail({ card, source, boxes = [] }: ThumbnailProps) {
  const language = useLanguage();
  return (
    <span class="thumbnail">
      {source !== undefined && (
        // What is here already need not wait.
        <img
          src={source}
          alt={altText(card, language)}
          loading={source.startsWith("data:") ? undefined : "lazy"}
        />
      )}
      {boxes.length > 0 && <Outlines card={card} boxes={boxes} />}
    </span>
  );
}

/** Fits into its place as the picture does. */
function Outlines({
  card: { width, height },
  boxes,
}: {
  readonly card: Card;
  readonly boxes: readonly FractionBox[];
}) {
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {boxes.map((box, at) => (
        <rect
          key={at}
          x={box.x * width}
          y={box.y * height}
          width={box.width * width}
          height={box.height * height}
        />
      ))}
    </svg>
  );
}
