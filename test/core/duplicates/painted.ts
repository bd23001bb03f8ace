import { computeFingerprint } from "../../../src/core/image/hashing/perceptual-hash.ts";
import type { RawPicture } from "../../../src/core/image/raw-picture.ts";
import { seededRandom } from "../../support/random-embeddings.ts";

const SIDE = 64;

/** A grey picture of random soft waves: the same for the same seed, unlike any other. */
export function painted(seed: number): RawPicture {
  return drawn(waves(seed));
}

function waves(seed: number): (x: number, y: number) => number {
  const random = seededRandom(seed);
  const all = Array.from({ length: 24 }, () => ({
    across: random() * 12,
    down: random() * 12,
    phase: random() * 6.3,
  }));
  return (x, y) => {
    const sum = all.reduce(
      (total, { across, down, phase }) => total + Math.cos(3 * ((across * x + down * y) / SIDE) + phase),
      0,
    );
    return 128 + 18 * sum;
  };
}

export const mirrored = (picture: RawPicture) => drawn((x, y) => greyAt(picture, SIDE - 1 - x, y));

export const rotated = (picture: RawPicture) => drawn((x, y) => greyAt(picture, y, SIDE - 1 - x));

export const brightened = (picture: RawPicture) => drawn((x, y) => greyAt(picture, x, y) * 1.15);

/** Seen from a step to the side, with a dark ball at this place: one shot of a burst. */
export const shotOf = (seed: number, step: number, ballX: number, ballY: number) => {
  const scene = waves(seed);
  return drawn((x, y) => (Math.hypot(x - ballX, y - ballY) < 9 ? 20 : scene(x + step, y)));
};

/** Between two pictures: 0 is the first, 1 the second. */
export const blended = (a: RawPicture, b: RawPicture, share: number) =>
  drawn((x, y) => greyAt(a, x, y) * (1 - share) + greyAt(b, x, y) * share);

export const blank = () => drawn(() => 200);

export const fingerprint = (picture: RawPicture) => computeFingerprint(picture);

const greyAt = ({ data, width }: RawPicture, x: number, y: number) => data[3 * (y * width + x)] ?? 0;

function drawn(grey: (x: number, y: number) => number): RawPicture {
  const data = new Uint8Array(3 * SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      data.fill(Math.max(0, Math.min(255, grey(x, y))), 3 * (y * SIDE + x), 3 * (y * SIDE + x) + 3);
    }
  }
  return { data, width: SIDE, height: SIDE };
}

/** On a plain page with a darker bar on top, as in a screenshot. */
export const framed = (picture: RawPicture) =>
  drawn((x, y) => {
    const [left, top, side] = [14, 16, 40];
    const [across, down] = [((x - left) / side) * SIDE, ((y - top) / side) * SIDE];
    const inside = x >= left && x < left + side && y >= top && y < top + side;
    if (inside) return greyAt(picture, Math.floor(across), Math.floor(down));
    return y < 8 ? 90 : 250;
  });
