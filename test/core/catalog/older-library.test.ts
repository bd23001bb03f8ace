import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { dayOf } from "../../../src/core/dates/format-date.ts";
import { imageDate } from "../../../src/core/dates/picture-date.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary } from "../../support/test-library.ts";

/** Made by an earlier release: test/fixtures/library-2026-11-22/write-library.mjs says what is in it. */
const packed = new URL("../../fixtures/library-2026-11-22/catalog.db.gz", import.meta.url);
const pictures = "/tmp/glimpse-older/pictures";
const inPictures = (...names: string[]) => names.map((name) => `${pictures}/${name}`);
const guild = "1100000000000000001";
const general = "1200000000000000001";
const thread = "1200000000000000009";

function olderLibrary(): string {
  const directory = join(temporaryFolder(), "library");
  mkdirSync(directory);
  writeFileSync(join(directory, "catalog.db"), gunzipSync(readFileSync(packed)));
  return directory;
}

/** With the model's vectors, but without the model: its weights may change from release to release. */
async function openOlder() {
  const directory = olderLibrary();
  const before = await openCatalog({ path: join(directory, "catalog.db") });
  const space = (await before.embeddings.activeModel())?.space ?? "";
  await before.close();
  const opened = await openTestLibrary(directory, {
    models: { pocket: new FakeEmbedder({ space, dimensions: 256 }) },
  });
  onTestFinished(() => opened.library.close());
  return { ...opened, space };
}

describe("a library of an earlier release", () => {
  test("opens, and its catalog is sound", async () => {
    const { library, space } = await openOlder();
    expect(await library.check()).toEqual([]);
    expect(await library.within(everything).status()).toMatchObject({
      model: "pocket",
      space,
      images: 11,
      placements: 14,
      unembedded: 0,
      failed: 2,
      guilds: [
        { guildId: guild, channels: 3, images: 5 },
        { guildId: "1100000000000000002", channels: 1, images: 1 },
      ],
    });
  });

  test("has its folders on this host", async () => {
    const { library } = await openOlder();
    expect(new Set((await library.roots()).map(({ host }) => host))).toEqual(new Set([hostname()]));
  });

  test("is searched by the vectors that it came with", async () => {
    const { library } = await openOlder();
    const cat = await library.within(everything).resolveImage(`${pictures}/animals/cat.jpg`);
    const { hits, searched } = await library.within(everything).find({ terms: [{ image: { id: cat.id } }] });
    expect(searched).toBe(11);
    expect(hits.flatMap(({ placements }) => placements).length).toBeGreaterThan(8);
    const mirrored = await library.within(everything).resolveImage(`${pictures}/downloads/cat mirrored.jpg`);
    expect([hits[0]?.id, ...(hits[0]?.alike ?? []), hits[1]?.id]).toContain(mirrored.id);
  });

  test("has not measured what its files hold of a picture", async () => {
    const { library } = await openOlder();
    const cat = await library.within(everything).resolveImage(`${pictures}/animals/cat.jpg`);
    expect(cat.quality).toBeNull();
  });

  test("keeps its folders, files and their copies", async () => {
    const { library, catalog } = await openOlder();
    expect((await library.roots()).map(({ path, kind }) => [path, kind])).toEqual([
      [`${pictures}/alone.png`, "file"],
      ...["animals", "backup", "downloads", "travel"].map((name) => [`${pictures}/${name}`, "folder"]),
    ]);
    const known: string[] = [];
    for await (const files of catalog.files.known(pictures)) known.push(...files.map(({ path }) => path));
    expect(known).toEqual(
      inPictures(
        "alone.png",
        "animals/broken.jpg",
        "animals/cat.jpg",
        "animals/dog.jpg",
        "backup/cat.jpg",
        "downloads/cat mirrored.jpg",
        "travel/bus with a date.jpg",
        "travel/car of the far future.jpg",
        "travel/red car.jpg",
      ),
    );
    const backup = await library.within(everything).resolveImage(`${pictures}/backup/cat.jpg`);
    expect(backup.placements.map((at) => at.kind === "file" && at.path)).toEqual(
      inPictures("animals/cat.jpg", "backup/cat.jpg"),
    );
    const inFolder = { files: { folders: [`${pictures}/animals`] }, discord: "none" } as const;
    expect(await catalog.images.count(inFolder)).toBe(2);
    expect((await library.failures()).map(({ origin, code }) => [origin.split("/").at(-1), code])).toEqual([
      ["broken.jpg", "damaged"],
      ["1400000000000000017", "not-a-picture"],
    ]);
  });

  test("takes no file time of the far future for a date", async () => {
    const { library } = await openOlder();
    const car = await library.within(everything).resolveImage(`${pictures}/travel/car of the far future.jpg`);
    // Another file with the same bytes has a time that can be true.
    expect(car.placements.length).toBe(2);
    expect(imageDate(car)).toEqual({ instant: Date.parse("2023-12-31T23:30:00Z"), source: "file" });
    const { hits } = await library.within(everything).find({ terms: [], sort: "newest" });
    expect(hits.filter((hit) => dayOf(imageDate(hit)) >= "2027")).toEqual([]);
  });

  test("keeps the days that it showed, until the next run of adding reads the files again", async () => {
    const { library, catalog } = await openOlder();
    const bus = await library.within(everything).resolveImage(`${pictures}/travel/bus with a date.jpg`);
    expect(bus.takenAt).toEqual({ wallClock: Date.UTC(2021, 6, 14, 19, 30), source: "exif-original" });
    const unread = (await catalog.images.outdated(0, 100)).map(({ record }) => record.id);
    expect(unread).toContain(bus.id);
    const takenAt = { wallClock: Date.UTC(2021, 6, 14, 21, 30), offsetMinutes: 120, source: "xmp" } as const;
    await catalog.images.putReread([{ id: bus.id, takenAt }]);
    expect((await library.within(everything).image(bus.id)).takenAt).toEqual(takenAt);
    expect((await catalog.images.outdated(0, 100)).map(({ record }) => record.id)).not.toContain(bus.id);
    expect(await library.check()).toEqual([]);
  });

  test("indexes its names, captions and tags in the background, and is then searched by them", async () => {
    const { library, catalog } = await openOlder();
    const search = (text: string) => catalog.texts.search({ words: [{ text }], scope: everything });
    await search("cat");
    await catalog.texts.ready();
    const { matches, complete } = await search("mirrored");
    expect(complete).toBe(true);
    const [mirrored] = await catalog.images.byKey(matches.map(({ key }) => key));
    const { id } = await library.within(everything).resolveImage(`${pictures}/downloads/cat mirrored.jpg`);
    expect(mirrored?.record.id).toBe(id);
    const all = await catalog.images.byKey(Array.from({ length: 20 }, (_, key) => key));
    for (const { key, record } of all) {
      const tags = record.tags.filter(({ by }) => by === "person").map(({ tag }) => tag);
      const captions = record.placements.flatMap((at) => (at.kind === "discord" ? (at.caption ?? []) : []));
      for (const text of [...tags, ...captions])
        expect(
          (await search(text)).matches.map(({ key }) => key),
          text,
        ).toContain(key);
    }
    expect(await library.check()).toEqual([]);
  });

  test("keeps tags, rejected tags and verdicts", async () => {
    const { library } = await openOlder();
    const cat = await library.within(everything).resolveImage(`${pictures}/animals/cat.jpg`);
    expect(cat.tags).toContainEqual({ tag: "Minka", by: "person", score: 1 });
    expect(cat.tags).toContainEqual(expect.objectContaining({ tag: "animal", by: "model" }));
    const dog = await library.within(everything).resolveImage(`${pictures}/animals/dog.jpg`);
    expect(dog.tags.map(({ tag }) => tag)).not.toContain("animal");
    expect(await library.within(everything).tags()).toContainEqual({
      tag: "fruit",
      byPerson: 1,
      byFile: 0,
      byModel: 0,
    });
    expect((await library.tags.vocabulary())?.tags.map(({ tag }) => tag)).toEqual(["animal", "vehicle"]);
    const groups = await library.within(everything).duplicates();
    const together = groups.find(({ keeper, members }) =>
      [keeper, ...members.map(({ image }) => image)].some(({ id }) => id === cat.id),
    );
    const mirrored = await library.within(everything).resolveImage(`${pictures}/downloads/cat mirrored.jpg`);
    expect([together?.keeper, ...(together?.members ?? []).map(({ image }) => image)]).toContainEqual(
      expect.objectContaining({ id: mirrored.id }),
    );
  });

  test("keeps posts with their threads, captions and spoilers", async () => {
    const { library, catalog } = await openOlder();
    const posted = await library.posts.placements({ guildId: guild });
    expect(posted.map(({ placement }) => placement)).toEqual([
      expect.objectContaining({ channelId: general, caption: "Our GOLDFISH says hello" }),
      expect.objectContaining({ channelId: thread, parentId: general }),
      expect.objectContaining({ channelId: general, spoiler: true, authorId: "1500000000000000002" }),
      expect.objectContaining({ channelId: "1200000000000000002", ageRestricted: true }),
      expect.objectContaining({ channelId: general, caption: "the same dog as in the folder" }),
    ]);
    expect(await library.posts.channels(guild)).toEqual([
      { channelId: general, images: 3, newest: Date.parse("2025-06-15T12:00:00Z") },
      { channelId: "1200000000000000002", images: 1, newest: Date.parse("2025-06-14T12:00:00Z") },
      { channelId: thread, parentId: general, images: 1, newest: Date.parse("2025-06-12T12:00:00Z") },
    ]);
    const discord = { guildId: guild, channelIds: [general, thread], captionContains: "goldfish" };
    expect(await catalog.images.count({ files: "none", discord })).toBe(1);
    // What its decoder read otherwise than that of today, or refused, is fetched once more.
    const attachments = ["1400000000000000011", "1400000000000000017", "1400000000000000018"];
    expect(await library.posts.knownAttachments(attachments)).toEqual(new Set());
    const again = (await library.posts.unembedded(guild)).map(({ attachmentId }) => attachmentId);
    expect(again).toContain(attachments[0]);
  });

  test("keeps state entries, settings, and the vectors of another model", async () => {
    const { library, catalog, space } = await openOlder();
    expect([...(await library.state.list(`discord/history/${guild}/`)).keys()]).toEqual([
      `discord/history/${guild}/${general}`,
    ]);
    expect(await library.settings.get(`discord:guild:${guild}`)).toMatchObject({ retentionDays: 365 });
    expect(await library.settings.get("discord:person:1500000000000000003")).toMatchObject({
      optedOut: true,
    });
    expect(await catalog.embeddings.spaces()).toEqual([
      { space: "other:fp32@01234567", images: 2 },
      { space, images: 11 },
    ]);
  });
});
