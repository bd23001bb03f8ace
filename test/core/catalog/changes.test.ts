import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import type { Catalog, ChangeToken, ImageKey } from "../../../src/core/ports.ts";
import type { Embedding } from "../../../src/core/types.ts";
import { collect } from "../../support/catalog-contract/open.ts";
import { embeddingOf, file, idOf, newImage, post, SPACE } from "../../support/new-image.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { temporaryPath } from "./temporary-library.ts";

const ROUNDS = 400;

/** What an index does: read all once, then only what changed. */
class Follower {
  readonly #catalog: Catalog;
  #vectors = new Map<ImageKey, Embedding>();
  #token: ChangeToken | undefined;
  readings = 0;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  async vectors(): Promise<Map<ImageKey, Embedding>> {
    for (;;) {
      const batch =
        this.#token === undefined
          ? undefined
          : await this.#catalog.embeddings.changesSince(SPACE, this.#token, 7);
      if (!batch) {
        await this.#readAll();
        continue;
      }
      for (const { key, removed } of batch.changes) {
        this.#vectors.delete(key);
        const [stored] = removed ? [] : await collect(this.#catalog.embeddings.read(SPACE, [key]));
        if (stored) this.#vectors.set(key, stored.embedding);
      }
      this.#token = batch.token;
      if (!batch.more) return this.#vectors;
    }
  }

  async #readAll(): Promise<void> {
    this.readings++;
    this.#token = await this.#catalog.embeddings.changeToken(SPACE);
    const all = await collect(this.#catalog.embeddings.read(SPACE));
    this.#vectors = new Map(all.map(({ key, embedding }) => [key, embedding]));
  }
}

test("followers of the change sequence end up with exactly what is stored, whoever writes", async () => {
  const path = await temporaryPath();
  const writers = [await openCatalog({ path }), await openCatalog({ path })];
  const reader = await openCatalog({ path, readOnly: true });
  const followers = [reader, ...writers].map((catalog) => new Follower(catalog));
  const random = seededRandom(11);
  const any = (count: number) => Math.floor(random() * count);
  const someName = () => `image ${any(30)}`;
  const acts: ((catalog: Catalog) => Promise<unknown>)[] = [
    (catalog) => catalog.images.put([newImage(someName()), newImage(someName(), post(`${any(20)}`))]),
    (catalog) => catalog.images.put([newImage(someName(), file(`/photos/${any(10)}.jpg`))]),
    (catalog) =>
      catalog.embeddings.put(SPACE, [{ id: idOf("image 1"), embedding: embeddingOf(`${any(99)}`) }]),
    (catalog) => catalog.images.remove([idOf(someName())]),
    (catalog) => catalog.files.remove([`/photos/${someName()}.jpg`, `/photos/${any(10)}.jpg`]),
    (catalog) => catalog.posts.remove({ guildId: "g1", attachmentIds: [`${any(20)}`] }),
    (catalog) =>
      any(20) === 0 ? catalog.embeddings.dropSpace(SPACE) : catalog.images.put([newImage(someName())]),
  ];

  for (let round = 0; round < ROUNDS; round++) {
    const act = acts[any(acts.length)];
    const writer = writers[any(writers.length)];
    // Image 1 may be absent at this moment; the refusal is no step of the sequence.
    if (act && writer) await act(writer).catch((error: Error) => expect(error.name).toBe("NotFoundError"));
    const follower = followers[any(followers.length)];
    if (round % 3 === 0) await follower?.vectors();
  }

  const stored = await collect(reader.embeddings.read(SPACE));
  const expected = new Map(stored.map(({ key, embedding }) => [key, embedding]));
  expect(expected.size).toBeGreaterThan(5);
  for (const follower of followers) {
    expect(await follower.vectors()).toEqual(expected);
    expect(follower.readings, "changes were followed instead of rereading everything").toBeLessThan(20);
  }
  await Promise.all([...writers, reader].map((catalog) => catalog.close()));
});
