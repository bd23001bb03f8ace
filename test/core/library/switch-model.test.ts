import { rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { post } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const query = (text: string) => ({ terms: [{ text }] });

async function setUp() {
  const folder = temporaryFolder();
  const embedder = new FakeEmbedder();
  const next = new FakeEmbedder({ space: "next@11111111", dimensions: 64 });
  const scene = await openTestLibrary(temporaryFolder(), { embedder, models: { next } });
  return { ...scene, folder, embedder, next };
}

test("a post whose original can be read is embedded at the switch; one that holds other bytes now is not", async () => {
  const { library } = await setUp();
  const { image } = await library.addPosted(Buffer.from("cat"), post("1"));
  await library.addPosted(Buffer.from("dog"), post("2"));
  library.readOriginalsWith({ discord: async () => ({ bytes: Buffer.from("cat") }) });
  expect(await library.useModel("next")).toMatchObject({ switched: false, embedded: 1, unreachable: 1 });
  expect((await library.within(everything).original(image.id)).bytes).toEqual(Buffer.from("cat"));
});

test("a post that cannot be fetched at the switch is found by its old vector until it can", async () => {
  const { library, catalog, next } = await setUp();
  const { image } = await library.addPosted(Buffer.from("cat"), post("1"));
  expect(await library.useModel("next")).toMatchObject({ switched: false, unreachable: 1 });
  expect(await library.useModel("next", { evenIfIncomplete: true })).toMatchObject({ switched: true });
  const answer = await library.within(everything).find(query("cat"));
  expect(answer.hits.map(({ id }) => id)).toEqual([image.id]);
  expect(answer.notes.join()).toContain("only an older model knows");
  expect(
    (await library.within(everything).find({ terms: [{ image: { id: image.id } }] })).notes.join(),
  ).toContain("older model");
  expect(await library.within(everything).status()).toMatchObject({ unembedded: 1, older: [{ images: 1 }] });
  expect(await library.within({ ...everything, discord: "none" }).status()).toMatchObject({
    unembedded: 0,
    older: [],
  });
  expect(await library.within({ ...everything, files: "none" }).status()).toMatchObject({
    older: [{ images: 1 }],
  });
  expect(await catalog.posts.knownAttachments(["1"])).toEqual(new Set());

  const again = await library.addPosted(Buffer.from("cat"), post("2"));
  expect(again).toMatchObject({ isNew: false, image: { id: image.id } });
  expect(next.calls.pictures).toBe(1);
  const after = await library.within(everything).find(query("cat"));
  expect(after).toMatchObject({ hits: [{ id: image.id }], notes: [] });
  await library.close();
});

test("a file that is offline at the switch is still found, and embedded by the next addition", async () => {
  const { library, catalog, folder, embedder } = await setUp();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  await library.add([folder]);
  rmSync(join(folder, "a.jpg"));
  await library.useModel("next", { evenIfIncomplete: true });
  const found = async (text: string) =>
    (await library.within(everything).find(query(text))).hits.map(({ placements }) => placements[0]);
  expect(await found("cat")).toMatchObject([
    { path: join(folder, "b.jpg") },
    { path: join(folder, "a.jpg") },
  ]);
  writeFileSync(join(folder, "a.jpg"), "cat");
  await library.add([]);
  expect((await found("cat"))[0]).toMatchObject({ path: join(folder, "a.jpg") });
  expect(await library.within(everything).status()).toMatchObject({ unembedded: 0, older: [] });
  expect((await catalog.embeddings.spaces()).map(({ space }) => space)).toContain(embedder.space);
  await library.close();
});

test("a picture that only an older model knows is found by its words, beside those of the new one", async () => {
  const { library, folder } = await setUp();
  writePictures(folder, { "holiday by the sea.jpg": "cat", "b.jpg": "dog", "holiday.jpg": "boat" });
  await library.add([folder]);
  rmSync(join(folder, "holiday by the sea.jpg"));
  await library.useModel("next", { evenIfIncomplete: true });
  const view = library.within(everything);
  const found = async (text: string, minScore?: number) => {
    const { hits } = await view.find({ ...query(text), minScore });
    return hits.map(({ placements: [at], words }) => [
      at?.kind === "file" && basename(at.path),
      words !== undefined,
    ]);
  };
  // At the tenth place it would be the last.
  expect((await found("holiday by the sea")).slice(0, 1)).toEqual([["holiday by the sea.jpg", true]]);
  expect(await found("name:holiday")).toHaveLength(2);
  expect(await found("dog name:holiday")).toEqual([
    ["holiday.jpg", true],
    ["holiday by the sea.jpg", true],
  ]);
  expect(await found("holiday by the sea", 0.01)).not.toContainEqual(["holiday by the sea.jpg", true]);
  await library.close();
});

test("switching back to a model embeds only what was added since, whether all pictures had been embedded or not", async () => {
  const { library, folder, embedder, next } = await setUp();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  await library.add([folder]);
  expect(await library.useModel("next")).toMatchObject({ embedded: 2, switched: true });
  const view = library.within(everything);
  expect(await view.status()).toMatchObject({ older: [], former: [{ space: embedder.space, images: 2 }] });
  expect(await view.find(query("cat"))).toMatchObject({ notes: [] });
  writePictures(folder, { "c.jpg": "fox" });
  await library.add([]);
  const before = embedder.calls.pictures;
  expect(await library.useModel("fake")).toMatchObject({ embedded: 1, alreadyEmbedded: 2, switched: true });
  expect(embedder.calls.pictures).toBe(before + 1);
  expect(await library.useModel("next")).toMatchObject({ embedded: 0, alreadyEmbedded: 3 });
  expect(next.calls.pictures).toBe(3);
  await library.close();
});

test("a removed picture leaves the vectors of former models too, and those of a model are forgotten on request", async () => {
  const { library, catalog, folder, embedder } = await setUp();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  await library.add([folder]);
  await library.addPosted(Buffer.from("zebra"), post("1"));
  await library.useModel("next", { evenIfIncomplete: true });
  await expect(library.forgetModel("fake")).rejects.toThrow("1 picture is known only to fake@00000000");
  await library.remove({ discord: { guildId: "g1" } });
  await library.remove({ paths: [join(folder, "a.jpg")] });
  expect(await catalog.embeddings.spaces()).toEqual([
    { space: embedder.space, images: 1 },
    { space: "next@11111111", images: 1 },
  ]);
  await expect(library.forgetModel("next")).rejects.toThrow("the model in use");
  await expect(library.forgetModel("other")).rejects.toThrow("No picture");
  expect(await library.forgetModel("fake")).toBe(1);
  expect(await catalog.embeddings.spaces()).toEqual([{ space: "next@11111111", images: 1 }]);
  await library.close();
});

test("vectors of earlier weights of the same model go when all pictures have new ones", async () => {
  const newer = new FakeEmbedder({ space: "fake@22222222" });
  const { library, catalog } = await openTestLibrary(temporaryFolder(), { models: { newer } });
  await library.addPosted(Buffer.from("cat"), post("1"));
  await library.addPosted(Buffer.from("dog"), post("2"));
  await library.useModel("newer", { evenIfIncomplete: true });
  expect(await catalog.embeddings.spaces()).toMatchObject([{ space: "fake@00000000" }]);
  library.readOriginalsWith({
    discord: async ({ attachmentId }) => ({ bytes: Buffer.from(attachmentId === "1" ? "cat" : "dog") }),
  });
  expect(await library.add([])).toMatchObject({ added: 0, embedded: 2 });
  expect(await catalog.embeddings.spaces()).toEqual([{ space: "fake@22222222", images: 2 }]);
  await library.close();
});

test("like a picture that only the older model knows: it ranks all that it has; like another: both rank their own", async () => {
  const { library, folder } = await setUp();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "cat sleeping", "c.jpg": "boat" });
  await library.add([folder]);
  const { image } = await library.addPosted(Buffer.from("cat posted"), post("1"));
  await library.useModel("next", { evenIfIncomplete: true });
  writePictures(folder, { "d.jpg": "cat that is new" });
  await library.add([]);
  const view = library.within(everything);
  const idOf = async (name: string) => (await view.resolveImage(join(folder, name))).id;
  const like = async (id: string, more = {}) => {
    const { hits, notes } = await view.find({ terms: [{ image: { id } }], collapse: false, ...more });
    return { ids: hits.map((hit) => hit.id), notes: notes.join() };
  };
  const old = await like(image.id);
  expect(new Set(old.ids)).toEqual(new Set([await idOf("a.jpg"), await idOf("b.jpg"), await idOf("c.jpg")]));
  expect(old.ids.at(-1)).toBe(await idOf("c.jpg"));
  expect(old.notes).toMatch(/Only an older model, fake@00000000, knows the example.*never saw are left out/);
  const known = await like(await idOf("a.jpg"));
  expect(known.ids).toContain(image.id);
  expect(known.ids).toContain(await idOf("d.jpg"));
  expect(known.notes).toContain("scores of two models cannot be compared");
  const isNew = await like(await idOf("d.jpg"));
  expect(isNew.ids).not.toContain(image.id);
  // As a page holds it, embedded before the switch.
  const given = {
    embedding: Float32Array.from({ length: 64 }, () => 1 / 8),
    space: "gone@0",
    id: await idOf("a.jpg"),
  };
  const { hits } = await view.find({ terms: [{ image: given }], collapse: false });
  expect(hits.map((hit) => hit.id)).toEqual(known.ids);
  await library.close();
});

test("going back from a switch that left pictures out embeds nothing either", async () => {
  const { library, folder, embedder } = await setUp();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  await library.add([folder]);
  await library.addPosted(Buffer.from("zebra"), post("1"));
  await library.useModel("next", { evenIfIncomplete: true });
  const before = embedder.calls.pictures;
  expect(await library.useModel("fake")).toMatchObject({ embedded: 0, unreachable: 0, switched: true });
  expect(embedder.calls.pictures).toBe(before);
  expect(await library.within(everything).find(query("zebra"))).toMatchObject({ notes: [] });
  await library.close();
});

test("pictures that only an older model embedded take every tenth place, and can be removed", async () => {
  const { library, folder } = await setUp();
  writePictures(folder, Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${n}.jpg`, `cat ${n}`])));
  await library.add([folder]);
  const posts = [];
  for (let n = 0; n < 3; n++) posts.push(await library.addPosted(Buffer.from(`cat post ${n}`), post(`${n}`)));
  await library.useModel("next", { evenIfIncomplete: true });
  const ids = new Set(posts.map(({ image }) => image.id));
  const page = async (cursor?: string) =>
    library.within(everything).find({ ...query("cat"), collapse: false, cursor });
  const first = await page();
  const second = await page(first.nextCursor ?? undefined);
  const places = [...first.hits, ...second.hits].flatMap(({ id, rank }) => (ids.has(id) ? [rank] : []));
  expect(places).toEqual([10, 20]);
  expect(first.searched).toBe(33);
  await library.remove({ discord: { guildId: "g1" } });
  const { hits, notes } = await page();
  expect(hits.some(({ id }) => ids.has(id))).toBe(false);
  expect(notes).toEqual([]);
  await library.close();
});

test("pictures of a model that is no longer installed are reported with a remedy", async () => {
  const directory = temporaryFolder();
  const next = new FakeEmbedder({ space: "next@11111111" });
  const first = await openTestLibrary(directory, { models: { next } });
  await first.library.addPosted(Buffer.from("cat"), post("1"));
  await first.library.useModel("next", { evenIfIncomplete: true });
  await first.library.close();
  const other = new FakeEmbedder({ space: "fake@changed" });
  const { library } = await openTestLibrary(directory, { embedder: other, models: { next } });
  const { hits, notes } = await library.within(everything).find(query("cat"));
  expect(hits).toEqual([]);
  expect(notes.join()).toMatch(/older model, fake@00000000, which is not installed.*glimpse status/);
  expect(await library.within(everything).status()).toMatchObject({
    older: [{ space: "fake@00000000", images: 1 }],
  });
  await library.close();
});
