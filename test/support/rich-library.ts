import type { Catalog } from "../../src/core/ports.ts";
import type { KeyValues } from "../../src/core/postgres/key-values.ts";
import { film } from "./catalog-contract/parts.ts";
import { embeddingOf, file, idOf, newImage, post, SPACE } from "./new-image.ts";

const OTHER_SPACE = "other@11111111";
const box = { x: 0.1, y: 1 / 3, width: 0.25, height: 1e-7 };
const lines = [
  { text: "zero \0 and a half \ud83d", confidence: 0.875, box, angle: -2.5 },
  { text: "straße", confidence: 1, box, angle: 0, atMs: 1500 },
];

/** Numbers whose bits are easily lost: no sign, no exponent, no last digit may change. */
const AWKWARD = Float32Array.of(-0, 1e-42, -1.1754944e-38, Math.fround(0.9999999));

/** Something of every kind that a library can hold. */
export async function fillLibrary(
  catalog: Catalog,
  settings: Pick<KeyValues, "set">,
  pictures = 40,
): Promise<void> {
  const { images, files, posts, embeddings, tags, readings, verdicts, marks, comparisons, facts, state } =
    catalog;
  await embeddings.setActiveModel("test", SPACE);
  await files.putRoot("/photos", "folder");
  await files.putRoot("/else/one.png", "file");
  await files.setRootState("/photos", "online");
  await files.putMounts("/photos", [{ path: "/photos/disk", device: "8:17", away: true }]);
  await files.putOtherKinds("/photos", { heic: 3, video: 4 });
  await files.putLeftOut("/photos", { "recycle-bin": { pictures: 2, folders: 1 } });
  await readings.allow("g1");
  const hasFilm = pictures > 3;
  const names = Array.from({ length: hasFilm ? pictures - 1 : pictures }, (_, at) => `picture ${at}`);
  await images.put(
    names.flatMap((name, at) => [
      newImage(
        name,
        at % 3 === 0
          ? post(`a${at}`, at % 2 ? {} : { parentId: "p", caption: `Ünder ${at}\0` })
          : file(`/photos/${at % 5}/${name}.jpg`),
        at % 2 === 0
          ? {}
          : {
              takenAt: { wallClock: 946684800123, offsetMinutes: -90, source: "exif-original" },
              facts: {
                camera: "Änder 5",
                lens: "35mm",
                software: "v1",
                location: { latitude: -38.7000000001, longitude: 1 / 3 },
                place: { id: 2267057, name: "Lisbon, PT" },
                rating: -1,
                isScreenshot: true,
              },
              cut: true,
              pages: 3,
              quality: {
                jpegQuality: 92,
                detail: 201.123456789,
                measuredSide: 560.5,
                jpegSteps: Uint8Array.of(1, 2, 255),
                tones: { contrast: 1 / 3, colour: 0, clipped: 0.1, brightest: 254 },
                isLossless: false,
                isTransparent: true,
                coefficients: Uint8Array.of(0, 9),
              },
            },
      ),
    ]),
  );
  if (hasFilm) await images.put([film("a film")]);
  await files.putCompanions([
    {
      path: "/photos/1/picture 1.jpg",
      companions: [
        { kind: "raw", path: "/photos/1/picture 1.NEF" },
        { kind: "sidecar", path: "/photos/1/picture 1.jpg.xmp", stamp: "10/20/30" },
      ],
    },
  ]);
  const [one = "", two = "", three = ""] = names.slice(0, 3).map(idOf);
  // Many at one moment: their order is that of their being stored.
  await images.putPlacements(
    ["z", "a", "m"].map((name) => ({
      id: one,
      placement: post(`same-${name}`, { guildId: "g2", channelId: "c9" }),
    })),
  );
  await images.putPlacements([
    { id: two, placement: file("/else/one.png", { root: "/else/one.png", changedAt: 7.25 }) },
  ]);
  await embeddings.put(SPACE, [{ id: one, embedding: AWKWARD }]);
  await embeddings.put(SPACE, [{ id: one, part: { kind: "page", page: 2 }, embedding: embeddingOf("page") }]);
  await embeddings.put(OTHER_SPACE, [{ id: three, embedding: Float32Array.of(0.6, 0.8) }]);
  await files.putFailures([
    {
      origin: "/photos/bad.jpg",
      root: "/photos",
      bytes: 5,
      modifiedAt: 12,
      changedAt: 13,
      code: "damaged",
      reason: "it ends",
      at: 99,
    },
    { origin: "discord:g1/c1/m/a", bytes: 6, modifiedAt: 14, code: "damaged", reason: "it ends", at: 98 },
  ]);
  await tags.put(one, "beach");
  await tags.reject(two, "cat");
  const titles = ["A title", "another"];
  await tags.setFromFiles([
    { path: "/photos/1/picture 1.jpg", id: two, tags: ["Sommer", "beach", "sea"], titles },
    { path: "/else/one.png", id: two, tags: ["sea", "cat"], titles: ["Elsewhere"] },
  ]);
  const [first] = await images.byId([three]);
  const [second] = await images.byId([two]);
  await facts.setFromSidecars([
    { path: "/else/one.png", id: two, facts: { rating: 5, takenAt: { instant: 12.5 } } },
    { path: "/photos/1/picture 1.jpg", id: two, facts: {} },
  ]);
  await tags.setFromModel([{ key: first?.key ?? 0, tags: [{ tag: "dog", score: 0.8125 }] }]);
  await tags.setFromModel([{ key: second?.key ?? 0, tags: [{ tag: "sea", score: 0.75 }] }]);
  await readings.put([
    { id: one, engine: "reader-1", lines },
    { id: two, engine: "reader-1", lines: [], failure: "damaged" },
  ]);
  await verdicts.put({ a: one, b: idOf("of a picture that is gone"), verdict: "different", at: 5.5 });
  await verdicts.put({ a: two, b: one, verdict: "same", at: 6 });
  await marks.put({ maker: "owner", question: "a dog", id: one, isRight: true, at: 1 });
  await marks.put({
    maker: { guildId: "g1", userId: "u1" },
    question: "nothing",
    id: null,
    isRight: true,
    at: 2,
  });
  await marks.remember({
    question: "a dog",
    hits: new Map([
      [1, two],
      [2, one],
    ]),
  });
  const keys = (await images.byId([one, two, three])).map(({ key }) => key);
  const outcome = { outcome: "same" as const, inDoubt: false, edits: [], agreement: 0.9 };
  await comparisons.put(3, [
    { first: keys[1] ?? 0, second: keys[2] ?? 0, comparison: outcome },
    { first: keys[0] ?? 0, second: keys[1] ?? 0, comparison: { ...outcome, inDoubt: true } },
  ]);
  await posts.setCaption("g2", "m-same-z", "a caption");
  await state.set("backfill g1/c1", "123");
  await settings.set("glimpse:guild:g1", '{"value":{"reposts":true}}');
  await settings.set("glimpse:cache", '{"value":1}', 3_600_000);
}
