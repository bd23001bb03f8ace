import type { FractionBox } from "../../../core/types.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Near 45° the upright rectangle around a line says nothing of its length and height. */
const LEAST_TELLING = 0.25;

/**
 * The rectangle around a tilted line, of which the upright one around it is known: in fractions of the picture, to be turned
 * clockwise about its centre. The upright one itself where the tilt leaves the rectangle open.
 */
export function tiltedBox(
  box: FractionBox,
  degrees: number,
  picture: Size,
): FractionBox & { readonly degrees: number } {
  const upright = { ...box, degrees: 0 };
  const [across, down] = [box.width * picture.width, box.height * picture.height];
  const [cos, sin] = [Math.cos, Math.sin].map((of) => Math.abs(of((degrees * Math.PI) / 180)));
  if (cos === undefined || sin === undefined) return upright;
  const telling = cos * cos - sin * sin;
  if (Math.abs(telling) < LEAST_TELLING) return upright;
  const length = (cos * across - sin * down) / telling;
  const thickness = (cos * down - sin * across) / telling;
  if (length <= 0 || thickness <= 0) return upright;
  const [width, height] = [length / picture.width, thickness / picture.height];
  return {
    x: box.x + (box.width - width) / 2,
    y: box.y + (box.height - height) / 2,
    width,
    height,
    degrees,
  };
}
