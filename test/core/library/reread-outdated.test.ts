import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { captureTime, dateBound } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const dates: Record<string, number> = { cat: Date.UTC(2011, 4, 6, 1) };

test("dates read by an earlier release are read again once by the next add, which embeds nothing", async () => {
  const [directory, folder] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, { "a.jpg": "cat", "IMG-20250712-WA0003.jpg": "dog", "c.jpg": "house" });
  const embedder = new FakeEmbedder({
    facts: (bytes) => {
      const time = dates[Buffer.from(bytes).toString()];
      return { takenAt: time === undefined ? null : captureTime(time) };
    },
  });
  const first = (await openTestLibrary(directory, { embedder })).library;
  await first.add([folder]);
  await first.close();
  asEarlierReleaseLeftIt(join(directory, "catalog.db"));

  const { library, catalog } = await openTestLibrary(directory, { embedder });
  const before = embedder.calls.pictures;
  expect(await catalog.images.outdated(0, 10)).toHaveLength(3);
  expect(await library.add([])).toMatchObject({ added: 0, unchanged: 3 });
  expect(embedder.calls.pictures).toBe(before);
  expect(await catalog.images.outdated(0, 10)).toEqual([]);

  expect((await library.within(everything).resolveImage(join(folder, "a.jpg"))).takenAt).toEqual(
    captureTime(Date.UTC(2011, 4, 6, 1)),
  );
  const onDay = (time: number) => ({
    ...everything,
    since: dateBound(time),
    until: dateBound(time + 86_400_000),
  });
  const found = async (time: number) =>
    (await library.within(onDay(time)).find({ terms: [], sort: "newest" })).hits.map(({ placements }) =>
      placements.map((at) => (at.kind === "file" ? at.path : "")),
    );
  expect(await found(Date.UTC(2011, 4, 6))).toEqual([[join(folder, "a.jpg")]]);
  expect(await found(Date.UTC(2025, 6, 12))).toEqual([[join(folder, "IMG-20250712-WA0003.jpg")]]);
  await library.close();
});

test("pictures that come out otherwise are embedded again once, and keep tags and verdicts", async () => {
  const [directory, folder] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, { "a.png": "cat", "b.jpg": "dog", "c.png": "house" });
  let decodes: "as before" | "otherwise" = "as before";
  const changed = new Set<string>();
  const embedder = new FakeEmbedder({
    decodesDifferently: (id) => changed.has(id),
    facts: (bytes) => ({
      thumbnail: Buffer.from(`${Buffer.from(bytes).toString()} ${decodes}`),
      ...(decodes === "otherwise" && { pages: 3 }),
    }),
  });
  const first = (await openTestLibrary(directory, { embedder })).library;
  await first.add([folder]);
  const [cat, dog, house] = await Promise.all(
    ["a.png", "b.jpg", "c.png"].map((name) => first.within(everything).resolveImage(join(folder, name))),
  );
  await first.tags.put(cat!.id, "Minka");
  await first.close();
  asEarlierReleaseLeftIt(join(directory, "catalog.db"));

  const { library, catalog } = await openTestLibrary(directory, { embedder });
  decodes = "otherwise";
  changed.add(cat!.id);
  const before = embedder.calls.pictures;
  const shown = async (id: string) => Buffer.from((await catalog.images.thumbnail(id)) ?? []).toString();
  expect(await library.add([])).toMatchObject({ added: 0, unchanged: 3 });
  expect(embedder.calls.pictures).toBe(before + 1);
  expect(await shown(cat!.id)).toBe("cat otherwise");
  expect(await shown(dog!.id)).toBe("dog as before");
  expect(await shown(house!.id)).toBe("house as before");
  const again = await library.within(everything).image(cat!.id);
  expect(again.tags).toContainEqual({ tag: "Minka", by: expect.anything(), score: 1 });
  expect(again.pages).toBe(3);
  expect((await library.within(everything).status()).partlyRead).toEqual({ cut: 0, severalPages: 1 });
  await library.add([]);
  expect(embedder.calls.pictures).toBe(before + 1);
  expect(await library.check()).toEqual([]);
  await library.close();
});

test("a posted picture that an older decoder read is fetched again, and replaced; a JPEG is left alone", async () => {
  const directory = temporaryFolder();
  let decodes = "as before";
  const embedder = new FakeEmbedder({
    facts: (bytes) => ({
      thumbnail: Buffer.from(`${Buffer.from(bytes).toString()} ${decodes}`),
      format: Buffer.from(bytes).toString() === "dog" ? "jpeg" : "png",
    }),
  });
  const first = (await openTestLibrary(directory, { embedder })).library;
  const placements = ["cat", "dog"].map((words, at) => ({ words, placement: posted(at) }));
  for (const { words, placement } of placements) await first.addPosted(Buffer.from(words), placement);
  await first.close();
  asEarlierReleaseLeftIt(join(directory, "catalog.db"));

  const { library, catalog } = await openTestLibrary(directory, { embedder });
  await catalog.embeddings.setActiveModel("fake", embedder.space);
  decodes = "otherwise";
  const [cat] = placements;
  const wanted = async () => (await library.posts.unembedded("1")).map(({ attachmentId }) => attachmentId);
  expect(await wanted()).toEqual([cat!.placement.attachmentId]);
  const { image, isNew } = await library.addPosted(Buffer.from("cat"), cat!.placement);
  expect(isNew).toBe(false);
  expect(Buffer.from((await catalog.images.thumbnail(image.id)) ?? []).toString()).toBe("cat otherwise");
  expect(await wanted()).toEqual([]);
  await library.close();
});

const posted = (at: number) => ({
  kind: "discord" as const,
  guildId: "1",
  channelId: "2",
  messageId: `30${at}`,
  attachmentId: `40${at}`,
  authorId: "5",
  filename: `${at}.png`,
  postedAt: Date.UTC(2026, 1, 1),
  spoiler: false,
  ageRestricted: false,
});

test("a file that an older decoder refused is tried again once", async () => {
  const [directory, folder] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, { "a.bmp": "broken", "b.jpg": "dog" });
  const embedder = new FakeEmbedder();
  const first = (await openTestLibrary(directory, { embedder })).library;
  expect((await first.add([folder])).skipped).toHaveLength(1);
  expect((await first.add([])).skipped).toHaveLength(0);
  await first.close();
  const db = new Database(join(directory, "catalog.db"));
  db.exec("UPDATE failures SET decoder = 0");
  db.close();
  const { library } = await openTestLibrary(directory, { embedder });
  expect((await library.add([])).skipped).toHaveLength(1);
  expect((await library.add([])).skipped).toHaveLength(0);
  await library.close();
});

function asEarlierReleaseLeftIt(path: string): void {
  const db = new Database(path);
  db.exec(`UPDATE images SET taken_at = NULL, taken_source = NULL, decoder = 0;
    UPDATE files SET named_at = NULL, is_clock = 0, date = modified_at;`);
  db.close();
}
