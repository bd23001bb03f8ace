import type { RawPicture } from "../image/raw-picture.ts";
import type { OrientedRectangle } from "./min-area-rectangle.ts";

/** A line cut out of its picture and laid straight: 8-bit RGB, interleaved. */
export interface LineCrop {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Cuts a rectangle out, scaled to this size; what lies outside the picture repeats its edge. */
export function cropLine(
  picture: RawPicture,
  { centre, width, height, angle }: OrientedRectangle,
  size: { readonly width: number; readonly height: number },
): LineCrop {
  const data = new Uint8Array(3 * size.width * size.height);
  const [stepX, stepY] = [width / size.width, height / size.height];
  // Where it shrinks, several points of the picture make one pixel: a single one would miss thin strokes.
  const [acrossX, acrossY] = [samplesFor(stepX), samplesFor(stepY)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const rgb: [number, number, number] = [0, 0, 0];
  const weight = 1 / (acrossX * acrossY);
  for (let v = 0; v < size.height; v++) {
    for (let u = 0; u < size.width; u++) {
      rgb.fill(0);
      for (let j = 0; j < acrossY; j++) {
        const across = (v + (j + 0.5) / acrossY) * stepY - height / 2;
        for (let i = 0; i < acrossX; i++) {
          const along = (u + (i + 0.5) / acrossX) * stepX - width / 2;
          addSample(
            picture,
            centre.x + along * cos - across * sin,
            centre.y + along * sin + across * cos,
            rgb,
          );
        }
      }
      const at = 3 * (v * size.width + u);
      data[at] = rgb[0] * weight + 0.5;
      data[at + 1] = rgb[1] * weight + 0.5;
      data[at + 2] = rgb[2] * weight + 0.5;
    }
  }
  return { data, ...size };
}

const samplesFor = (step: number) => Math.min(8, Math.max(1, Math.round(step)));

/** Bilinear. */
function addSample(
  { data, width, height }: RawPicture,
  x: number,
  y: number,
  rgb: [number, number, number],
): void {
  const left = Math.min(Math.max(x - 0.5, 0), width - 1);
  const top = Math.min(Math.max(y - 0.5, 0), height - 1);
  const [x0, y0] = [Math.floor(left), Math.floor(top)];
  const [x1, y1] = [Math.min(x0 + 1, width - 1), Math.min(y0 + 1, height - 1)];
  const [fx, fy] = [left - x0, top - y0];
  const [a, b] = [3 * (y0 * width + x0), 3 * (y0 * width + x1)];
  const [c, d] = [3 * (y1 * width + x0), 3 * (y1 * width + x1)];
  const [wa, wb, wc, wd] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
  rgb[0] += wa * (data[a] ?? 0) + wb * (data[b] ?? 0) + wc * (data[c] ?? 0) + wd * (data[d] ?? 0);
  rgb[1] +=
    wa * (data[a + 1] ?? 0) + wb * (data[b + 1] ?? 0) + wc * (data[c + 1] ?? 0) + wd * (data[d + 1] ?? 0);
  rgb[2] +=
    wa * (data[a + 2] ?? 0) + wb * (data[b + 2] ?? 0) + wc * (data[c + 2] ?? 0) + wd * (data[d + 2] ?? 0);
}
