import { unlessPictureError } from "../errors.ts";
import { animationShots, frameAt } from "../image/film/animation-shots.ts";
import { filmFrame, findShots } from "../image/film/film-frames.ts";
import { type ProbedFilm, probeFilm } from "../image/film/probe-film.ts";
import { type OpenPicture, openFrame, openPicture } from "../image/open-picture.ts";
import { imageId } from "../image-id.ts";
import type { LocatedReader } from "../models/located-model.ts";
import { readText } from "../ocr/read-text.ts";
import type { TextEngine } from "../ocr/text-engine.ts";
import type { RunExclusive } from "../onnx-runtime.ts";
import type { PictureSource, ReadPictureText } from "../ports.ts";
import type { PictureLimits, TextLine } from "../types.ts";
import { openSource, withFilm } from "./picture-source.ts";

/** What is to be read, and with what. */
export interface WantedText {
  readonly source: PictureSource;
  readonly readers: readonly LocatedReader[];
  /** Of what moves; its shots unless given. */
  readonly moments?: readonly number[] | undefined;
}

export interface PictureReaderOptions {
  readonly limits: PictureLimits;
  readonly openEngine: (readers: readonly LocatedReader[], runExclusive: RunExclusive) => Promise<TextEngine>;
  /** Runs one inference at a time; see `PriorityMutex`. */
  readonly runExclusive: RunExclusive;
  /** Called after each run of a graph, and now and then while a film is looked through. */
  readonly onRun: () => void;
}

/** Reads text in pictures with the readers that it is given, which it keeps open until it is given others. */
export class PictureReader {
  readonly #options: PictureReaderOptions;
  readonly #pending = new Set<number>();
  readonly #cancelled = new Set<number>();
  #current = 0;
  #opened: { readonly name: string; readonly engine: Promise<TextEngine> } | undefined;
  /** One after another: each takes a lot of memory. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PictureReaderOptions) {
    this.#options = options;
  }

  /** @throws PictureError, ModelError */
  read(requestId: number, wanted: WantedText): Promise<ReadPictureText> {
    this.#pending.add(requestId);
    const reading = this.#last
      .then(() => this.#read(requestId, wanted))
      .finally(() => {
        this.#pending.delete(requestId);
        this.#cancelled.delete(requestId);
      });
    this.#last = reading.catch(() => undefined);
    return reading;
  }

  /** Ends a reading before its next run: its result is no longer needed. */
  cancel(requestId: number): void {
    if (this.#pending.has(requestId)) this.#cancelled.add(requestId);
  }

  #engine(readers: readonly LocatedReader[]): Promise<TextEngine> {
    const name = readers.map((reader) => reader.engine).join();
    if (this.#opened?.name === name) return this.#opened.engine;
    const engine = this.#options.openEngine(readers, (run) => this.#run(run));
    this.#opened = { name, engine };
    // One that cannot be opened is tried again.
    engine.catch(() => {
      this.#opened = undefined;
    });
    return engine;
  }

  async #run<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#cancelled.has(this.#current)) throw new Error("cancelled");
    const result = await this.#options.runExclusive(run);
    this.#options.onRun();
    return result;
  }

  async #read(requestId: number, { source, readers, moments }: WantedText): Promise<ReadPictureText> {
    const { limits } = this.#options;
    this.#current = requestId;
    const engine = await this.#engine(readers);
    const found = await openSource(source, limits);
    if (found.kind === "film")
      return withFilm(found, async ({ id, ...film }) => ({
        id,
        lines: await this.#readFilm(film, engine, moments),
      }));
    const { bytes, path } = found;
    const opened = await openPicture(bytes, limits);
    const { format, moves, delays } = opened;
    const id = imageId(bytes);
    if (moves && (format === "png" || format === "avif") && path !== undefined) {
      // Where ffmpeg is not there, its first picture is all that is read of it.
      const lines = await this.#readFilm({ path, format }, engine, moments).catch(unlessPictureError);
      if (lines) return { id, lines };
    }
    if (!delays) return { id, lines: await readText(opened, engine) };
    const times = moments ?? [0, ...(await animationShots(opened, limits)).map(({ atMs }) => atMs)];
    return {
      id,
      lines: await linesAt(times, (atMs) => readText(atFrame(opened, frameAt(opened, atMs)), engine)),
    };
  }

  async #readFilm(
    film: Pick<ProbedFilm, "path" | "format">,
    engine: TextEngine,
    moments: readonly number[] | undefined,
  ): Promise<TextLine[]> {
    const { limits, onRun } = this.#options;
    const probed = await probeFilm(film, limits);
    const times = moments ?? (await findShots(probed, limits, onRun)).shots.map(({ atMs }) => atMs);
    return linesAt(times.length > 0 ? times : [0], async (atMs) => {
      const frame = await filmFrame(probed, atMs, FRAME_SIDE, limits);
      return frame ? readText(openFrame(frame), engine) : [];
    });
  }
}

/** Shorter side of a film's frame: letters of subtitles and screens are read in it. */
const FRAME_SIDE = 1080;

/** A line that stands in several frames, as a subtitle or a station's name, is given once, when it stands first. */
async function linesAt(
  moments: readonly number[],
  read: (atMs: number) => Promise<TextLine[]>,
): Promise<TextLine[]> {
  const lines = new Map<string, TextLine>();
  for (const atMs of moments)
    for (const line of await read(atMs)) {
      const name = line.text.toLowerCase();
      if (!lines.has(name)) lines.set(name, { ...line, atMs });
    }
  return [...lines.values()];
}

const atFrame = (opened: OpenPicture, frame: number): OpenPicture => ({
  ...opened,
  pipeline: (reading) => opened.pipeline({ ...reading, frame }),
});
