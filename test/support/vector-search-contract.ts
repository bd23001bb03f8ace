import { describe, expect, test } from "vitest";
import { WHOLE } from "../../src/core/part.ts";
import type { Catalog, Match, NewImage, VectorSearch } from "../../src/core/ports.ts";
import { ENTIRE_LIBRARY } from "../../src/core/scopes.ts";
import type { Embedding, Part, Placement, Scope } from "../../src/core/types.ts";
import { dateBound, file, idOf, newImage, picture, post } from "./new-image.ts";
import { randomEmbedding, seededRandom } from "./random-embeddings.ts";

const DIMENSIONS = 32;
const CHANNELS = 300;
const IMAGES = 1500;

export interface SearchedCatalog {
  readonly catalog: Catalog;
  /** Over a space of that name; with `lackedBy`, only of images that this other space lacks. */
  vectors(space: string, lackedBy?: string): VectorSearch;
}

interface Known {
  readonly key: number;
  readonly vector: Embedding;
  readonly placements: readonly Placement[];
}

const SPACE = "searched@1";

/** The contract of vector search within scopes. `create` returns an empty catalog whose vectors have 32 numbers. */
export function describeVectorSearch(create: () => Promise<SearchedCatalog>): void {
  const random = seededRandom(11);
  const embedding = () => randomEmbedding(random, DIMENSIONS);
  const image = (name: string, vector: Embedding, placement: Placement): NewImage => ({
    picture: picture(name),
    placement,
    space: SPACE,
    embedding: vector,
  });

  const searching =
    (work: (searched: SearchedCatalog & { search: VectorSearch }) => Promise<void>) => async () => {
      const searched = await create();
      const search = searched.vectors(SPACE);
      await work({ ...searched, search }).finally(async () => {
        await search.close();
        await searched.catalog.close();
      });
    };

  test(
    "in every scope the nearest are those of an exhaustive comparison, with their exact cosines",
    searching(async ({ catalog, search }) => {
      const known: Known[] = [];
      const added: NewImage[] = [];
      for (let at = 0; at < IMAGES; at++) {
        const vector = embedding();
        const channelId = `c${Math.floor(random() * CHANNELS)}`;
        const posted = post(`${at}`, {
          guildId: at % 5 === 0 ? "g2" : "g1",
          channelId,
          authorId: `u${at % 7}`,
          postedAt: at,
          ageRestricted: at % 11 === 0,
          ...(at % 3 === 0 && { caption: at % 2 === 0 ? "A red Fox" : "grass" }),
        });
        const onDisk = file(`/photos/${"abc"[at % 3]}/${at % 9}/${at}.jpg`, { modifiedAt: at });
        const placements = at % 4 === 0 ? [onDisk] : at % 4 === 1 ? [posted, onDisk] : [posted];
        added.push(...placements.map((placement) => image(`${at}`, vector, placement)));
        known.push({ key: at + 1, vector, placements });
      }
      await catalog.images.put(added);
      for (const at of [3, 5, 8, 13, 21, 34]) await catalog.tags.put(idOf(`${at}`), "Kept");
      const channels = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`);
      const inGuild = (channelIds: readonly string[], more = {}): Scope => ({
        files: "none",
        discord: { guildId: "g1", channelIds, ...more },
      });
      const scopes: Scope[] = [
        ENTIRE_LIBRARY,
        { files: "all", discord: "none" },
        { files: "none", discord: "all" },
        { files: "none", discord: "none" },
        { files: { folders: ["/photos/a"] }, discord: "none" },
        { files: { folders: ["/photos/b/1", "/photos/c"] }, discord: "none", since: dateBound(300) },
        { files: { folders: ["/photos/b/1/1.jpg", "/photos/a/0/0.jpg"] }, discord: "none" },
        inGuild(channels(CHANNELS)),
        inGuild(channels(30)),
        inGuild(["c7"]),
        inGuild(["nowhere"]),
        inGuild(channels(CHANNELS), { ageRestricted: true, authorId: "u3" }),
        inGuild(channels(CHANNELS), { captionContains: "FOX red" }),
        { ...inGuild(channels(200)), files: { folders: ["/photos/c"] } },
        { ...inGuild(channels(200)), since: dateBound(200), until: dateBound(900) },
        { ...ENTIRE_LIBRARY, tags: ["kept"] },
        { ...ENTIRE_LIBRARY, notTags: ["kept"] },
        { ...inGuild(channels(CHANNELS)), tags: ["KEPT"] },
        { ...ENTIRE_LIBRARY, ids: [3, 77, 400].map((at) => idOf(`${at}`)) },
        { ...inGuild(channels(CHANNELS)), ids: [3, 77, 400].map((at) => idOf(`${at}`)) },
      ];
      for (const scope of scopes) {
        const shown = new Set((await inScope(catalog, scope)).map((key) => key));
        const inside = known.filter(({ key }) => shown.has(key));
        for (const limit of [1, 10, 400, Number.POSITIVE_INFINITY]) {
          const query = embedding();
          const found = await search.nearest({ vector: query, scope, limit });
          expectExactly(found, exhaustive(inside, query, limit), JSON.stringify({ scope, limit }));
        }
      }
    }),
  );

  test(
    "equal scores sort by key, however many there are",
    searching(async ({ catalog, search }) => {
      const vector = embedding();
      await catalog.images.put(
        Array.from({ length: 300 }, (_, at) => image(`${at}`, vector, file(`/photos/${at}.jpg`))),
      );
      const scope: Scope = { files: { folders: ["/photos"] }, discord: "none" };
      for (const each of [scope, ENTIRE_LIBRARY]) {
        const found = await search.nearest({ vector, scope: each, limit: 7 });
        expect(found.map(({ key }) => key)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      }
    }),
  );

  test(
    "a picture that was posted again and again takes one of the places",
    searching(async ({ catalog, search }) => {
      const [vector, far] = [embedding(), embedding()];
      const often = Array.from({ length: 300 }, (_, at) => image("often", vector, post(`${at}`)));
      const once = Array.from({ length: 15 }, (_, at) => image(`${at}`, far, post(`other ${at}`)));
      await catalog.images.put([...often, ...once]);
      const scope: Scope = { files: "none", discord: { guildId: "g1", channelIds: ["c1"] } };
      const found = await search.nearest({ vector, scope, limit: 10 });
      expect(found.map(({ key }) => key)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }),
  );

  test(
    "what was committed is found, and what was removed is not, from the next question on",
    searching(async ({ catalog, search }) => {
      const [near, far] = [embedding(), embedding()];
      const keys = async (scope: Scope) =>
        (await search.nearest({ vector: near, scope, limit: 9 })).map(({ key }) => key);
      const inC1: Scope = { files: "none", discord: { guildId: "g1", channelIds: ["c1"] } };
      expect(await keys(ENTIRE_LIBRARY)).toEqual([]);
      await catalog.images.put([image("a", near, file("/photos/a.jpg")), image("b", far, post("1"))]);
      expect(await keys(ENTIRE_LIBRARY)).toEqual([1, 2]);
      expect(await keys(inC1)).toEqual([2]);
      await catalog.embeddings.put(SPACE, [{ id: idOf("b"), embedding: near }]);
      expect(await search.nearest({ vector: near, scope: inC1, limit: 1 })).toMatchObject([
        { key: 2, score: expect.closeTo(1, 5) },
      ]);
      await catalog.images.putPlacements([{ id: idOf("a"), placement: post("2") }]);
      expect(await keys(inC1)).toEqual([1, 2]);
      await catalog.images.putPlacements([{ id: idOf("a"), placement: post("2", { channelId: "c2" }) }]);
      expect(await keys(inC1)).toEqual([2]);
      await catalog.posts.remove({ guildId: "g1", channelId: "c1" });
      expect(await keys(inC1)).toEqual([]);
      expect(await keys(ENTIRE_LIBRARY)).toEqual([1]);
      await catalog.embeddings.dropSpace(SPACE);
      expect(await keys(ENTIRE_LIBRARY)).toEqual([]);
    }),
  );

  describe("an image with several parts", () => {
    const frame = (atMs: number): Part => ({ kind: "frame", atMs });

    test(
      "is one match, by its best part, and takes one of the places",
      searching(async ({ catalog, search }) => {
        const [query, other] = [embedding(), embedding()];
        await catalog.images.put(
          Array.from({ length: 30 }, (_, at) => image(`${at}`, other, file(`/photos/${at}.jpg`))),
        );
        for (let at = 0; at < 30; at++)
          await catalog.embeddings.put(
            SPACE,
            Array.from({ length: 6 }, (_, each) => ({
              id: idOf(`${at}`),
              part: frame(each),
              embedding: each === at % 6 && at < 20 ? query : other,
            })),
          );
        for (const scope of [ENTIRE_LIBRARY, { files: { folders: ["/photos"] }, discord: "none" }] as const) {
          const found = await search.nearest({ vector: query, scope, limit: 20 });
          expect(found.map(({ key, part }) => ({ key, part }))).toEqual(
            Array.from({ length: 20 }, (_, at) => ({ key: at + 1, part: frame(at % 6) })),
          );
          const all = await search.nearest({ vector: query, scope, limit: 100 });
          expect(all).toHaveLength(30);
        }
        expect((await search.embeddings([1, 99])).get(1), "of the whole").toEqual(other);
      }),
    );
  });

  test(
    "embeddings are those stored, of images that have one",
    searching(async ({ catalog, search }) => {
      const vector = embedding();
      await catalog.images.put([image("a", vector, file("/photos/a.jpg"))]);
      await catalog.images.put([newImage("b")]);
      expect(await search.embeddings([2, 1, 7])).toEqual(new Map([[1, vector]]));
      expect((await search.nearest({ vector, scope: ENTIRE_LIBRARY, limit: 3 }))[0]).toMatchObject({
        key: 1,
        part: WHOLE,
      });
      expect(await search.status()).toMatchObject({ kind: "exact" });
    }),
  );

  test(
    "no limit, a question of another length, and one that is no longer wanted",
    searching(async ({ catalog, search }) => {
      const vector = embedding();
      await catalog.images.put([image("a", vector, file("/photos/a.jpg"))]);
      const ask = { vector, scope: ENTIRE_LIBRARY, limit: 3 };
      expect(await search.nearest({ ...ask, limit: 0 })).toEqual([]);
      await expect(search.nearest({ ...ask, vector: new Float32Array(3) })).rejects.toThrow(RangeError);
      const reason = new Error("no longer wanted");
      await expect(search.nearest({ ...ask, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      await search.ready();
      await search.purgeErased();
    }),
  );

  test(
    "an older space answers for the images that the active one lacks, and for no others",
    searching(async ({ catalog, vectors }) => {
      const vector = embedding();
      await catalog.images.put([
        image("a", vector, file("/photos/a.jpg")),
        image("b", vector, file("/photos/b.jpg")),
      ]);
      await catalog.embeddings.put("next@1", [{ id: idOf("a"), embedding: embedding() }]);
      const older = vectors(SPACE, "next@1");
      for (const scope of [ENTIRE_LIBRARY, { files: { folders: ["/photos"] }, discord: "none" }] as const)
        expect((await older.nearest({ vector, scope, limit: 3 })).map(({ key }) => key)).toEqual([2]);
      await older.close();
    }),
  );
}

async function inScope(catalog: Catalog, scope: Scope): Promise<number[]> {
  const keys: number[] = [];
  for await (const rows of catalog.images.fingerprints(scope)) keys.push(...rows.map(({ key }) => key));
  return keys;
}

type Scored = Pick<Match, "key" | "score">;

/** In double precision. */
function exhaustive(known: readonly Known[], query: Embedding, limit: number): Scored[] {
  const cosine = (vector: Embedding) => vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0);
  return known
    .map(({ key, vector }) => ({ key, score: cosine(vector) }))
    .sort((a, b) => b.score - a.score || a.key - b.key)
    .slice(0, limit);
}

/** Of float32: the order of two that differ by less than its last digits is that of their scores as they were found. */
const PRECISION = 1e-6;

function expectExactly(found: readonly Scored[], expected: readonly Scored[], what: string): void {
  expect(found, what).toHaveLength(expected.length);
  expect(
    [...found].sort((a, b) => b.score - a.score || a.key - b.key),
    what,
  ).toEqual(found);
  for (const [at, { score }] of expected.entries())
    expect(Math.abs((found[at]?.score ?? 9) - score), what).toBeLessThan(PRECISION);
  const last = expected.at(-1)?.score ?? 0;
  const sure = expected.filter(({ score }) => score > last + 2 * PRECISION).map(({ key }) => key);
  const keys = new Set(found.map(({ key }) => key));
  expect(
    sure.filter((key) => !keys.has(key)),
    what,
  ).toEqual([]);
}
