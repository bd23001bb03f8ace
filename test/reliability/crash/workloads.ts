import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SqliteCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import type { DiscordPlacement } from "../../../src/core/types.ts";
import { SyncedVectorIndex } from "../../../src/core/vector-index/synced-vector-index.ts";
import { post } from "../../support/new-image.ts";
import type { TestLibrary } from "../../support/test-library.ts";

const WORDS = ["cat", "dog", "beach", "snow", "city", "bread", "train", "night", "child", "boat"];
export const BACKFILL = "backfill";
export const GRAPH_FROM = 60;
const MESSAGES_PER_PAGE = 5;

export interface WorkloadContext extends TestLibrary {
  readonly directory: string;
  readonly pictures: string;
  readonly hub: string;
  readonly random: () => number;
}

/** Each loops forever, until its process is killed. */
export const workloads: Readonly<Record<string, (context: WorkloadContext) => Promise<void>>> = {
  add: async ({ library, pictures, random }) => {
    for (;;) {
      changePictures(pictures, random);
      await library.add([pictures]);
    }
  },

  watch: async ({ library, pictures, random }) => {
    await library.add([pictures]);
    const change = () => changePictures(pictures, random);
    const watching = library.watch({
      signal: new AbortController().signal,
      settleMs: 5,
      copiedMs: 10,
      onReport: change,
      onError: (error) => {
        throw error;
      },
    });
    setInterval(change, 50);
    await watching;
  },

  tag: async ({ library, pictures, random }) => {
    changePictures(pictures, random);
    await library.add([pictures]);
    for (;;) {
      await library.tags.setVocabulary({ tags: someOf(WORDS, random, 4).map((tag) => ({ tag })) });
      const [id] = await library.within({ files: "all", discord: "all" }).completeId("", 1);
      if (id === undefined) continue;
      await library.tags.put(id, "mine");
      await library.tags.reject(id, "mine");
    }
  },

  remove: async ({ library, catalog, pictures, random }) => {
    for (;;) {
      changePictures(pictures, random);
      await library.add([pictures]);
      const ids = await library.within({ files: "all", discord: "all" }).completeId("", 40);
      await library.remove({ ids: someOf(ids, random, 3) });
      await library.add([pictures]);
      const paths: string[] = [];
      for await (const files of catalog.files.known(pictures)) paths.push(...files.map(({ path }) => path));
      await library.remove({ paths: someOf(paths, random, 1) });
      if (random() < 0.3) await library.remove({ paths: [pictures] });
    }
  },

  backfill: async (context) => {
    const { library, random } = context;
    for (;;) {
      const from = Number((await library.state.get(BACKFILL)) ?? 0);
      const page = Array.from({ length: MESSAGES_PER_PAGE }, (_, i) => from + 1 + i);
      await Promise.all(page.map((n) => library.addPosted(bytesOfPost(n), placementOfPost(n))));
      await library.state.set(BACKFILL, String(from + MESSAGES_PER_PAGE));
      if (random() < 0.5) continue;
      const attachmentIds = [`${1 + Math.floor(random() * from)}`];
      await library.remove({ discord: { guildId: "g1", attachmentIds } });
    }
  },

  pull: async ({ directory, hub }) => {
    const store = new ModelStore({ directory });
    for (;;) {
      await store.pull("small", { hub, firstDelayMs: 1 });
      rmSync(join(directory, "models/small/onnx"), { recursive: true });
    }
  },

  index: async ({ library, catalog, embedder, directory, pictures, random }) => {
    for (;;) {
      for (let i = 0; i < 4; i++) changePictures(pictures, random);
      await library.add([pictures]);
      const index = openIndex(catalog, embedder, directory);
      await index.ready();
      await index.close();
    }
  },
};

export const openIndex = (
  catalog: SqliteCatalog,
  { space, dimensions }: { space: string; dimensions: number },
  directory: string,
): SyncedVectorIndex =>
  new SyncedVectorIndex({
    catalog,
    space,
    dimensions,
    directory: join(directory, "index"),
    options: { hnswFrom: GRAPH_FROM, buildAfterMs: 0 },
  });

const bytesOfPost = (n: number): Uint8Array => Buffer.from(`${WORDS[n % WORDS.length]} posted ${n}`);
export const placementOfPost = (n: number): DiscordPlacement => post(`${n}`);

/** Adds new, copied, changed, moved and broken files and deletes some; never more than a few hundred. */
function changePictures(folder: string, random: () => number): void {
  const names = readdirSync(folder);
  for (let i = 0; i < 12; i++) {
    const number = Math.floor(random() * 100_000);
    writeFileSync(join(folder, `${number}.jpg`), `${someOf(WORDS, random, 2).join(" ")} ${number % 20_000}`);
  }
  writeFileSync(join(folder, `${Math.floor(random() * 50)} broken.jpg`), "broken");
  for (const name of someOf(names, random, 2))
    renameSync(join(folder, name), join(folder, `moved ${name.slice(-60)}`));
  for (const name of someOf(names, random, names.length > 150 ? 20 : 4))
    rmSync(join(folder, name), { force: true });
}

function someOf<Item>(items: readonly Item[], random: () => number, count: number): Item[] {
  const picked = Array.from({ length: count }, () => items[Math.floor(random() * items.length)]);
  return [...new Set(picked)].filter((item) => item !== undefined);
}
