import { useEffect, useRef } from "preact/hooks";
import { type LaidOver, layOver } from "../../../core/image/comparison/lay-over.ts";
import type { CopyCard } from "../../../shared/cards.ts";
import { screenSizeOf, thumbnailOf } from "../api.ts";

type Pixels = Parameters<typeof layOver>[0];

/** Pixels of the longer side on which how two pictures lie on each other is found. */
const ALIGNED_SIDE = 256;

interface LaidOverProps {
  readonly pair: readonly [CopyCard, CopyCard];
  readonly shows: "first" | "second" | "difference";
  readonly label: string;
}

/** Two pictures in one place, the second framed, cropped or turned as it lies on the first; where nothing fits, edge on edge. */
export function LaidOverPair({ pair, shows, label }: LaidOverProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [one, two] = pair;
  const loaded = useRef<Promise<readonly [HTMLImageElement, HTMLImageElement, LaidOver]> | undefined>(
    undefined,
  );
  useEffect(() => {
    loaded.current = load(one, two);
  }, [one, two]);
  useEffect(() => {
    let isCurrent = true;
    loaded.current?.then(
      ([first, second, laid]) => {
        if (isCurrent && canvas.current) draw(canvas.current, first, second, { laid, shows });
      },
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [one, two, shows]);
  return <canvas ref={canvas} role="img" aria-label={label} />;
}

async function load(one: CopyCard, two: CopyCard) {
  const [small, other] = await Promise.all([one, two].map(({ id }) => imageAt(thumbnailOf(id))));
  const [first, second] = await Promise.all([one, two].map(({ id }) => imageAt(screenSizeOf(id))));
  if (!small || !other || !first || !second) throw new Error("two pictures were asked for");
  return [first, second, layOver(pixelsOf(small), pixelsOf(other)) ?? EDGE_ON_EDGE] as const;
}

const EDGE_ON_EDGE: LaidOver = {
  upperLeft: { x: 0, y: 0 },
  upperRight: { x: 1, y: 0 },
  lowerLeft: { x: 0, y: 1 },
};

async function imageAt(source: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = source;
  await image.decode();
  return image;
}

function pixelsOf(image: HTMLImageElement): Pixels {
  const scale = Math.min(1, ALIGNED_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
  const width = Math.max(1, Math.round(image.naturalWidth * scale));
  const height = Math.max(1, Math.round(image.naturalHeight * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new Error("this browser draws nothing");
  context.drawImage(image, 0, 0, width, height);
  const { data: rgba } = context.getImageData(0, 0, width, height);
  const data = new Uint8Array(3 * width * height);
  for (let at = 0, from = 0; at < data.length; at += 3, from += 4)
    data.set(rgba.subarray(from, from + 3), at);
  return { data, width, height };
}

function draw(
  canvas: HTMLCanvasElement,
  first: HTMLImageElement,
  second: HTMLImageElement,
  { laid, shows }: { readonly laid: LaidOver; readonly shows: LaidOverProps["shows"] },
): void {
  const { naturalWidth: width, naturalHeight: height } = first;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  if (shows !== "second") context.drawImage(first, 0, 0);
  if (shows === "first") return;
  context.globalCompositeOperation = shows === "difference" ? "difference" : "source-over";
  const { upperLeft, upperRight, lowerLeft } = laid;
  context.setTransform(
    ((upperRight.x - upperLeft.x) * width) / second.naturalWidth,
    ((upperRight.y - upperLeft.y) * height) / second.naturalWidth,
    ((lowerLeft.x - upperLeft.x) * width) / second.naturalHeight,
    ((lowerLeft.y - upperLeft.y) * height) / second.naturalHeight,
    upperLeft.x * width,
    upperLeft.y * height,
  );
  context.drawImage(second, 0, 0);
}
