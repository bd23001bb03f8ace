import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { post } from "../../support/new-image.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { everything, openTestLibrary, type TestLibrary } from "../../support/test-library.ts";
import { bruteForce, isExact, storedVectors } from "../brute-force.ts";
import { openIndex } from "../crash/workloads.ts";

export interface Sample {
  readonly seconds: number;
  /** Bytes. */
  readonly resident: number;
  readonly heap: number;
  readonly handles: number;
  readonly catalogBytes: number;
  readonly indexBytes: number;
}

export interface SoakReport {
  readonly added: number;
  readonly removed: number;
  readonly queries: number;
  readonly compared: number;
  readonly images: number;
  readonly samples: readonly Sample[];
  readonly problems: readonly string[];
}

export interface SoakOptions {
  readonly directory: string;
  readonly milliseconds: number;
  /** Images held at any time. */
  readonly images: number;
  readonly samples: number;
  readonly seed: number;
}

const ADDED_AT_ONCE = 20;
const WORDS = ["cat", "dog", "beach", "snow", "city", "bread", "train", "night", "child", "boat"];

/** One process that adds, removes and searches continuously, as a bot does over months. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  return new Soak(await openTestLibrary(options.directory), options).run();
}

class Soak {
  readonly #opened: TestLibrary;
  readonly #options: SoakOptions;
  readonly #random: () => number;
  readonly #held: string[] = [];
  readonly #counts = { added: 0, removed: 0, queries: 0, compared: 0 };
  readonly #problems: string[] = [];
  readonly #index: ReturnType<typeof openIndex>;

  constructor(opened: TestLibrary, options: SoakOptions) {
    this.#opened = opened;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#index = openIndex(opened.catalog, opened.embedder, options.directory);
  }

  async run(): Promise<SoakReport> {
    const { milliseconds, samples: wanted, images } = this.#options;
    await this.#opened.library.tags.setVocabulary({ tags: [{ tag: "cat" }, { tag: "beach" }] });
    while (this.#held.length < images) await this.#add();
    const start = performance.now();
    const samples: Sample[] = [];
    while (samples.length < wanted) {
      const until = start + (milliseconds * (samples.length + 1)) / wanted;
      while (performance.now() < until) await this.#round();
      await this.#compare();
      samples.push(await this.#sample((performance.now() - start) / 1000));
    }
    this.#problems.push(...(await this.#opened.catalog.check()));
    await this.#index.close();
    await this.#opened.library.close();
    return { ...this.#counts, images: this.#held.length, samples, problems: this.#problems };
  }

  async #round(): Promise<void> {
    await this.#add();
    await this.#remove();
    for (let i = 0; i < 10; i++) await this.#query();
    await this.#opened.library.within(everything).status();
  }

  async #add(): Promise<void> {
    const { library } = this.#opened;
    const numbers = Array.from({ length: ADDED_AT_ONCE }, (_, i) => this.#counts.added + i);
    await Promise.all(
      numbers.map((n) =>
        library.addPosted(Buffer.from(`${this.#word()} ${this.#word()} ${n}`), post(`${n}`)),
      ),
    );
    await library.state.set("backfill", String(numbers.at(-1)));
    this.#held.push(...numbers.map(String));
    this.#counts.added += ADDED_AT_ONCE;
  }

  async #remove(): Promise<void> {
    const attachmentIds: string[] = [];
    while (this.#held.length > this.#options.images) {
      attachmentIds.push(...this.#held.splice(Math.floor(this.#random() * this.#held.length), 1));
    }
    const { placements } = await this.#opened.library.remove({ discord: { guildId: "g1", attachmentIds } });
    if (placements !== attachmentIds.length)
      this.#problems.push(`${placements} of ${attachmentIds.length} were removed`);
    this.#counts.removed += placements;
  }

  async #query(): Promise<void> {
    const text = `${this.#word()} ${Math.floor(this.#random() * this.#counts.added)}`;
    const { searched, hits } = await this.#opened.library.within(everything).find({ terms: [{ text }] });
    if (searched !== this.#held.length || hits.length === 0)
      this.#problems.push(`${searched} of ${this.#held.length} were searched`);
    this.#counts.queries += 1;
  }

  async #compare(): Promise<void> {
    const { catalog, embedder } = this.#opened;
    const vectors = await storedVectors(catalog, embedder.space);
    for (const { embedding } of await embedder.embedTexts(WORDS)) {
      const found = await this.#index.nearest({ vector: embedding, scope: ENTIRE_LIBRARY, limit: 10 });
      if (!isExact(found, bruteForce(vectors, embedding, 10)))
        this.#problems.push("a search differs from comparing everything");
      this.#counts.compared += 1;
    }
  }

  async #sample(seconds: number): Promise<Sample> {
    globalThis.gc?.();
    await pause(20);
    const { rss, heapUsed } = process.memoryUsage();
    const { directory } = this.#options;
    return {
      seconds,
      resident: rss,
      heap: heapUsed,
      handles: process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0,
      catalogBytes: bytesOf(directory, "catalog.db"),
      indexBytes: bytesOf(join(directory, "index"), ""),
    };
  }

  #word(): string {
    return WORDS[Math.floor(this.#random() * WORDS.length)] ?? "cat";
  }
}

function bytesOf(folder: string, start: string): number {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.startsWith(start),
    );
    const sizes = names.map((name) => statSync(join(folder, name), { throwIfNoEntry: false }));
    return sizes.reduce((sum, stats) => sum + (stats?.isFile() ? stats.size : 0), 0);
  } catch {
    return 0;
  }
}

/** Least-squares slope over the samples after the warm-up, in units of the value per hour. */
export function slopePerHour(
  samples: readonly Sample[],
  value: (sample: Sample) => number,
  warmUp = 0.25,
): number {
  const settled = samples.slice(Math.floor(samples.length * warmUp));
  const mean = (of: (sample: Sample) => number) =>
    settled.reduce((sum, sample) => sum + of(sample), 0) / settled.length;
  const [time, level] = [mean(({ seconds }) => seconds), mean(value)];
  const [above, below] = settled.reduce(
    ([x, y], sample) => [
      x + (sample.seconds - time) * (value(sample) - level),
      y + (sample.seconds - time) ** 2,
    ],
    [0, 0],
  );
  return below === 0 ? 0 : (3600 * above) / below;
}
