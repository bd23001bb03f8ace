import { describe, expect, test } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { EVERYDAY_LABELS } from "../../../src/core/labels/everyday-labels.ts";
import { wordings } from "../../../src/core/search/fit-vector.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { idOf } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const traits = (cosine: number | undefined) => ({
  thresholds: {
    none: 0.2,
    tag: 0.4,
    alike: 0.98,
    similar: 0.9,
    ...(cosine !== undefined && { nothing: { cosine, measured: true } }),
  },
});

/** Each picture shows one of the first everyday labels, among other things that no label names. */
async function libraryOf(pictures: number, cosine: number | undefined, subjects = 20) {
  const folder = temporaryFolder();
  writePictures(
    folder,
    Object.fromEntries(
      Array.from({ length: pictures }, (_, at) => [
        `${at}.jpg`,
        `${EVERYDAY_LABELS[at % subjects]} x${at} y${at % 7}`,
      ]),
    ),
  );
  const embedder = new FakeEmbedder({ traits: traits(cosine) });
  const directory = temporaryFolder();
  const opened = await openTestLibrary(directory, { embedder });
  await opened.library.add([folder]);
  return { ...opened, directory, view: opened.library.within(everything) };
}

describe("a library's own bar", () => {
  test("is measured on its pictures, replaces the model's for its answers, and can be taken back", async () => {
    const { library, view, directory, embedder } = await libraryOf(160, 0.95);
    const shown = { terms: [{ text: EVERYDAY_LABELS[3] ?? "" }] };
    const absent = { terms: [{ text: "submarine" }] };
    expect((await view.find(shown)).match, "the model's bar is too high here").toBe("nothing");
    const dry = await library.calibrate({ dryRun: true });
    expect(dry).toMatchObject({
      before: { cosine: 0.95, source: "model" },
      after: { source: "library" },
      isStored: false,
      errorsBefore: { refused: 1, accepted: 0 },
      errorsAfter: { refused: 0, accepted: 0 },
    });
    expect((await view.status()).nothing).toEqual({ cosine: 0.95, source: "model" });
    const stored = await library.calibrate();
    expect(stored).toEqual({ ...dry, isStored: true });
    expect((await view.status()).nothing).toEqual(stored.after);
    expect((await view.find(shown)).match).not.toBe("nothing");
    expect((await view.find(absent)).match).toBe("nothing");
    await library.close();

    const again = await openTestLibrary(directory, { embedder });
    expect((await again.library.within(everything).find(shown)).match, "it is kept").not.toBe("nothing");
    await again.library.resetCalibration();
    expect((await again.library.within(everything).find(shown)).match).toBe("nothing");
    expect((await again.library.within(everything).status()).nothing?.source).toBe("model");
    await again.library.close();
  });

  test("can be measured of a model that nobody measured", async () => {
    const { library, view } = await libraryOf(120, undefined);
    expect((await view.status()).nothing).toBeNull();
    const { before, errorsBefore } = await library.calibrate();
    expect([before, errorsBefore]).toEqual([null, null]);
    expect((await view.find({ terms: [{ text: "submarine" }] })).match).toBe("nothing");
    await library.close();
  });

  test("counts tags that users put as shown", async () => {
    const { library } = await libraryOf(120, 0.3);
    const { present } = await library.calibrate({ dryRun: true });
    await library.tags.put(idOf(`${EVERYDAY_LABELS[0]} x0 y0`), "heirloom");
    expect((await library.calibrate({ dryRun: true })).present).toBe(present + 1);
    await library.close();
  });

  test("hears what its owner marked: questions that were answered, and those of which nothing was right", async () => {
    const { library, view } = await libraryOf(120, 0.3);
    const before = await library.calibrate({ dryRun: true });
    const [hit] = (await view.find({ terms: [{ text: `${EVERYDAY_LABELS[2]} x2` }] })).hits;
    await library.marks.put(`${EVERYDAY_LABELS[2]} x2`, hit?.id ?? null);
    await library.marks.put("zeppelin", null);
    // Found by words that the model knows nothing of, and asked for by words alone.
    await library.marks.put("unlike all others", hit?.id ?? null);
    await library.marks.put("text:invoice", hit?.id ?? null);
    const { present, absent, marked, samples } = await library.calibrate({ dryRun: true });
    expect(before.marked).toBe(0);
    expect({ marked, present: present - before.present, absent: absent - before.absent }).toEqual({
      marked: 2,
      present: samples,
      absent: samples,
    });
    await library.close();
  });

  test("is refused for few pictures, and for pictures that are all alike, and then nothing is stored", async () => {
    for (const [pictures, subjects] of [
      [40, 20],
      [120, 1],
    ] as const) {
      const { library, view } = await libraryOf(pictures, 0.3, subjects);
      await expect(library.calibrate()).rejects.toThrow(UsageError);
      expect((await view.status()).nothing?.source).toBe("model");
      await library.close();
    }
  });
});

test("an answer is judged in several wordings, each once, with one article", () => {
  const templates = ["{}", "a {}", "a photo of a {}"];
  expect(wordings("dog", templates)).toEqual(["dog", "a dog", "a photo of a dog"]);
  expect(wordings("a dog", templates)).toEqual(["a dog", "a photo of a dog"]);
  expect(wordings("the $& sea", ["{}", "{} {}"])).toEqual(["the $& sea", "$& sea $& sea"]);
});
