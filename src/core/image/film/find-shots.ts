/** Side of the small pictures that shots are told apart by. */
export const SAMPLE_SIDE = 32;
export const SAMPLE_BYTES = 3 * SAMPLE_SIDE * SAMPLE_SIDE;

/** A moment of what moves, 32 x 32 pixels of RGB. */
export interface Sample {
  readonly atMs: number;
  readonly pixels: Uint8Array;
}

interface Shot {
  /** The first that holds still, else the first. */
  sample: Sample;
  isSettled: boolean;
  count: number;
}

/** Mean difference of samples, in levels, from which one shows something else than another. */
const OTHER_SHOT = 16;
/** And up to which two that follow each other hold still. */
const STILL = 4;
/** A shot that never holds still has at least so many samples; fewer are a fade from one to the next. */
const LEAST_SAMPLES = 3;
/** Of the longest films; more are thinned out. */
const MAX_SHOTS = 4096;

/**
 * Finds the shots of a film or animation: where it shows something else than the shot so far did, by a cut or by and by.
 * Of each shot the first sample that holds still stands for it, so that fades do not.
 */
export class ShotFinder {
  readonly #keepsFades: boolean;
  #shots: Shot[] = [];
  #first: Sample | undefined;
  #last: Sample | undefined;

  /** @param options keepsFades: shots however short, as in an animation of few frames */
  constructor({ keepsFades = false }: { readonly keepsFades?: boolean } = {}) {
    this.#keepsFades = keepsFades;
  }

  /** In order of time. */
  add(sample: Sample): void {
    const current = this.#shots.at(-1);
    const last = this.#last;
    this.#last = sample;
    this.#first ??= sample;
    if (!current || !last || difference(current.sample, sample) > OTHER_SHOT) {
      if (this.#shots.length >= MAX_SHOTS) this.#shots = this.#shots.filter((_, at) => at % 2 === 0);
      this.#shots.push({ sample, isSettled: false, count: 1 });
      return;
    }
    current.count += 1;
    if (current.isSettled || difference(last, sample) > STILL) return;
    current.isSettled = true;
    current.sample = sample;
  }

  /**
   * At most so many, those most unlike each other, in order of time. Fades and plain black are left out where there is
   * anything else.
   */
  shots(most: number): Sample[] {
    return mostUnlike(this.#candidates(), most);
  }

  /** The same where the very first sample stands for the whole: at most so many with it, and it is not among them. */
  otherShots(most: number): Sample[] {
    const first = this.#first;
    if (!first) return [];
    const others = this.#candidates().filter((sample) => difference(first, sample) > STILL);
    return mostUnlike([first, ...others], most).slice(1);
  }

  #candidates(): Sample[] {
    const lasting = this.#shots.filter(
      ({ isSettled, count }) => this.#keepsFades || isSettled || count >= LEAST_SAMPLES,
    );
    const samples = (lasting.length > 0 ? lasting : this.#shots).map(({ sample }) => sample);
    const shown = samples.filter((sample) => !isBlank(sample));
    return distinct(shown.length > 0 ? shown : samples);
  }
}

/** Mean difference of two samples in levels. */
function difference(a: Sample, b: Sample): number {
  let sum = 0;
  for (let at = 0; at < SAMPLE_BYTES; at++) sum += Math.abs((a.pixels[at] ?? 0) - (b.pixels[at] ?? 0));
  return sum / SAMPLE_BYTES;
}

const BLACK = 20;

const isBlank = ({ pixels }: Sample) => pixels.every((level) => level < BLACK);

/** A scene that comes back, as in a dialogue, is one. */
function distinct(samples: readonly Sample[]): Sample[] {
  const kept: Sample[] = [];
  // Those that follow within a few shots: each with each would take minutes in a long film.
  const near = 12;
  for (const sample of samples)
    if (kept.slice(-near).every((other) => difference(other, sample) > STILL)) kept.push(sample);
  return kept;
}

/** The first, and then always the one that differs most from all chosen. */
function mostUnlike(samples: readonly Sample[], most: number): Sample[] {
  const [first] = samples;
  if (samples.length <= most || !first) return [...samples];
  const chosen = new Set([first]);
  const nearest = samples.map((sample) => difference(first, sample));
  while (chosen.size < most) {
    let [best, at] = [-1, 0];
    for (const [index, distance] of nearest.entries()) if (distance > best) [best, at] = [distance, index];
    const next = samples[at];
    if (!next || best <= 0) break;
    chosen.add(next);
    for (const [index, sample] of samples.entries())
      nearest[index] = Math.min(nearest[index] ?? 0, difference(next, sample));
  }
  return [...chosen].sort((a, b) => a.atMs - b.atMs);
}
