import { messageOf } from "../errors.ts";
import type { Device, DeviceTest, RefusedDevice } from "../types.ts";
import { dotProduct, toUnit } from "../vector.ts";
import { reasonOf } from "./devices.ts";
import type { ImageTower, OpenImageTower } from "./tower-session.ts";

/** What was found out about the devices that were tried. */
export interface FoundDevice {
  readonly device: Device;
  readonly test?: DeviceTest | undefined;
  readonly refused: readonly RefusedDevice[];
}

export interface DeviceTowerOptions {
  /** In the order in which they are tried; none: the CPU. */
  readonly devices: readonly Device[];
  /** Whether the first pictures wait for that, and a device is taken although it is slower than the CPU. */
  readonly asked: boolean;
  readonly open: (device: Device) => Promise<OpenImageTower>;
  /** For the self-test: see `goldenPictures`. */
  readonly golden: () => readonly Float32Array[];
  /** The smallest cosine with the CPU's vectors that is allowed. */
  readonly leastCosine: number;
  /** Most pictures in one run on the CPU. */
  readonly cpuBatch: number;
  /** Called before a device is tried, which may end this process. */
  readonly onTry: (device: Device) => Promise<void>;
  readonly onFound: (found: FoundDevice) => void;
  /** Milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** Most pictures in one run on an accelerator. */
export const DEVICE_BATCH = 32;
/** A question waits for the run that is under way, so none is to last longer. */
const RUN_MS = 400;
/** One at a time costs more for each; beyond, a CPU gains little (docs/performance.md). */
const LEAST_PICTURES = 2;
/** For less work than this on the CPU, starting an accelerator costs more than it saves. */
const WORTH_TRYING_MS = 15_000;
/** An accelerator that is hardly faster is not worth its memory, nor what its driver may do. */
const LEAST_GAIN = 1.25;

/**
 * An image tower on the CPU, until one on an accelerator has proved that it gives the same vectors, and faster. It goes
 * back to the CPU when the accelerator fails at work.
 */
export class DeviceTower implements ImageTower {
  readonly #options: DeviceTowerOptions;
  readonly #now: () => number;
  readonly #untried: Device[];
  readonly #refused: RefusedDevice[] = [];
  #cpu: Promise<OpenImageTower> | undefined;
  #accelerator: { readonly device: Device; readonly tower: OpenImageTower } | undefined;
  #workedMs = 0;
  /** The fastest so far, where the tower runs now: other work on the machine only makes runs slower. */
  #msPerPicture = 0;
  #mostPictures: number;

  constructor(options: DeviceTowerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#untried = [...options.devices];
    this.#mostPictures = options.cpuBatch;
  }

  /** Pictures that one run should have. */
  get batch(): number {
    if (this.#msPerPicture === 0) return this.#mostPictures;
    return Math.min(this.#mostPictures, Math.max(LEAST_PICTURES, Math.floor(RUN_MS / this.#msPerPicture)));
  }

  async embed(pictures: readonly Float32Array[]): Promise<Float32Array[]> {
    if (this.#options.asked || this.#workedMs >= WORTH_TRYING_MS) await this.choose();
    return this.#embed(pictures);
  }

  /** Tries the devices, once. */
  async choose(): Promise<void> {
    if (this.#untried.length === 0) return;
    let test: DeviceTest | undefined;
    for (const device of this.#untried.splice(0)) {
      await this.#options.onTry(device);
      test = await this.#try(device);
      if (test) break;
    }
    this.#report(test);
  }

  /** @returns the test, when the device is taken */
  async #try(device: Device): Promise<DeviceTest | undefined> {
    let tower: OpenImageTower | undefined;
    let reason: string;
    try {
      tower = await this.#options.open(device);
      const test = await this.#test(tower);
      const objection = this.#objectionTo(test);
      if (objection === undefined) {
        this.#accelerator = { device, tower };
        await this.#closeCpu();
        this.#runsOtherwise(DEVICE_BATCH);
        return test;
      }
      reason = objection;
    } catch (error) {
      reason = reasonOf(device, messageOf(error));
    }
    await tower?.close().catch(() => undefined);
    this.#refused.push({ device, reason });
    return undefined;
  }

  async #test(tower: ImageTower): Promise<DeviceTest> {
    const golden = this.#options.golden();
    const cpu = await this.#cpuTower();
    const expected = await this.#timed(cpu, golden);
    // The first run on a device makes its programs.
    await tower.embed(golden);
    const found = await this.#timed(tower, golden);
    return {
      cosine: smallestCosine(expected.vectors, found.vectors),
      perSecond: (1000 * golden.length) / found.ms,
      cpuPerSecond: (1000 * golden.length) / expected.ms,
    };
  }

  #objectionTo({ cosine, perSecond, cpuPerSecond }: DeviceTest): string | undefined {
    const { leastCosine, asked } = this.#options;
    if (!(cosine >= leastCosine))
      return `its vectors are not the CPU's (cosine ${cosine.toFixed(5)}, at least ${leastCosine} is needed)`;
    if (!asked && perSecond < LEAST_GAIN * cpuPerSecond)
      return `it is not faster than the CPU (${perSecond.toFixed(1)} against ${cpuPerSecond.toFixed(1)}/s)`;
    return undefined;
  }

  async #embed(pictures: readonly Float32Array[]): Promise<Float32Array[]> {
    const accelerator = this.#accelerator;
    try {
      const { vectors, ms } = await this.#timed(accelerator?.tower ?? (await this.#cpuTower()), pictures);
      if (accelerator && !vectors.every(isOfNumbers)) throw new Error("it gives vectors that are no numbers");
      this.#workedMs += ms;
      const each = ms / pictures.length;
      this.#msPerPicture = this.#msPerPicture === 0 ? each : Math.min(this.#msPerPicture, each);
      return vectors;
    } catch (error) {
      if (!accelerator) throw error;
      if (pictures.length === 1) await this.#leave(accelerator, error);
      // For fewer its memory may do.
      else this.#mostPictures = Math.ceil(pictures.length / 2);
    }
    const vectors: Float32Array[] = [];
    while (vectors.length < pictures.length) {
      const next = pictures.slice(vectors.length, vectors.length + this.#mostPictures);
      vectors.push(...(await this.#embed(next)));
    }
    return vectors;
  }

  async #leave({ device, tower }: { device: Device; tower: OpenImageTower }, error: unknown): Promise<void> {
    this.#accelerator = undefined;
    this.#runsOtherwise(this.#options.cpuBatch);
    await tower.close().catch(() => undefined);
    this.#refused.push({ device, reason: `it failed at work: ${reasonOf(device, messageOf(error))}` });
    this.#report(undefined);
  }

  #report(test: DeviceTest | undefined): void {
    this.#options.onFound({
      device: this.#accelerator?.device ?? "cpu",
      ...(test && { test }),
      refused: [...this.#refused],
    });
  }

  #runsOtherwise(mostPictures: number): void {
    this.#mostPictures = mostPictures;
    this.#msPerPicture = 0;
  }

  async #timed(tower: ImageTower, pictures: readonly Float32Array[]) {
    const start = this.#now();
    const vectors = await tower.embed(pictures);
    return { vectors, ms: this.#now() - start };
  }

  /** A failure to open rejects that call, and the next one tries again. */
  #cpuTower(): Promise<OpenImageTower> {
    this.#cpu ??= this.#options.open("cpu").catch((error) => {
      this.#cpu = undefined;
      throw error;
    });
    return this.#cpu;
  }

  /** Its weights are needed no more. */
  async #closeCpu(): Promise<void> {
    const cpu = await this.#cpu;
    this.#cpu = undefined;
    await cpu?.close();
  }
}

function smallestCosine(expected: readonly Float32Array[], found: readonly Float32Array[]): number {
  const cosines = expected.map((vector, at) => {
    // What has no direction on the CPU compares with nothing.
    const [a, b] = [toUnit(vector), toUnit(found[at] ?? new Float32Array())];
    if (!a) return 1;
    return b ? dotProduct(a, b) : 0;
  });
  return Math.min(1, ...cosines);
}

const isOfNumbers = (vector: Float32Array) => vector.every(Number.isFinite);
