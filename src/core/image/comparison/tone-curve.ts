const LEVELS = 32;
/** Samples from which a level has a median of its own. */
const ENOUGH = 12;
/** Entries of a curve for each level of 0..255. */
const PER_LEVEL = 4;

/** Brightness of the second as that of the first tells it: the median of each level, never falling. */
export function matchTones(one: Float32Array, two: Float32Array): Float32Array {
  const curve = toneCurve(one, two);
  const toned = new Float32Array(one.length);
  const last = curve.length - 1;
  for (let at = 0; at < one.length; at++) {
    const place = ((one[at] as number) * PER_LEVEL + 0.5) | 0;
    toned[at] = curve[Math.max(0, Math.min(last, place))] as number;
  }
  return toned;
}

function toneCurve(one: Float32Array, two: Float32Array): Float32Array {
  const counts = jointCounts(one, two);
  const { gain, offset } = lineOf(one, two);
  const points = Array.from({ length: LEVELS }, (_, level) => {
    const center = ((level + 0.5) * 256) / LEVELS;
    return medianOf(counts, level * 256) ?? { value: gain * center + offset, weight: 1 };
  });
  const steps = Float64Array.from(monotone(points));
  const curve = new Float32Array(255 * PER_LEVEL + 1);
  for (let at = 0; at < curve.length; at++) {
    const place = Math.min(LEVELS - 1, Math.max(0, (at * LEVELS) / (256 * PER_LEVEL) - 0.5));
    const low = Math.floor(place);
    const high = Math.min(LEVELS - 1, low + 1);
    curve[at] = (steps[low] as number) * (1 - place + low) + (steps[high] as number) * (place - low);
  }
  return curve;
}

/** How often each brightness of the second meets each level of the first. */
function jointCounts(one: Float32Array, two: Float32Array): Uint32Array {
  const counts = new Uint32Array(LEVELS * 256);
  for (let at = 0; at < one.length; at++) {
    const level = ((one[at] as number) * LEVELS) >> 8;
    const value = ((two[at] as number) + 0.5) | 0;
    const row = Math.max(0, Math.min(LEVELS - 1, level));
    const place = row * 256 + Math.max(0, Math.min(255, value));
    counts[place] = (counts[place] as number) + 1;
  }
  return counts;
}

function medianOf(counts: Uint32Array, start: number): { value: number; weight: number } | undefined {
  let weight = 0;
  for (let value = 0; value < 256; value++) weight += counts[start + value] as number;
  if (weight < ENOUGH) return undefined;
  let below = 0;
  for (let value = 0; value < 256; value++) {
    below += counts[start + value] as number;
    if (2 * below >= weight) return { value, weight };
  }
  return undefined;
}

/** Pool adjacent violators. */
function monotone(points: readonly { value: number; weight: number }[]): number[] {
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (const { value, weight } of points) {
    pools.push({ sum: value * weight, weight, count: 1 });
    for (;;) {
      const last = pools.at(-1);
      const before = pools.at(-2);
      if (!last || !before || before.sum / before.weight <= last.sum / last.weight) break;
      pools.splice(-2, 2, {
        sum: last.sum + before.sum,
        weight: last.weight + before.weight,
        count: last.count + before.count,
      });
    }
  }
  return pools.flatMap(({ sum, weight, count }) => Array.from({ length: count }, () => sum / weight));
}

function lineOf(one: Float32Array, two: Float32Array): { gain: number; offset: number } {
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let sxy = 0;
  const n = one.length;
  for (let at = 0; at < n; at++) {
    const x = one[at] as number;
    const y = two[at] as number;
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  const variance = n * sxx - sx * sx;
  const gain = variance > 1e-6 ? (n * sxy - sx * sy) / variance : 1;
  return { gain, offset: (sy - gain * sx) / Math.max(1, n) };
}
