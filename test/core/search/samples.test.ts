import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { OnnxEmbedder } from "../../../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary } from "../../support/test-library.ts";

const samples = fileURLToPath(new URL("../../../samples", import.meta.url));

const copies: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  "turned a quarter": (picture) => picture.rotate(90),
  "turned upside down": (picture) => picture.rotate(180),
  mirrored: (picture) => picture.flop(),
  "with a border": (picture) =>
    picture.extend({ top: 90, bottom: 90, left: 90, right: 90, background: "#fff" }),
  "a thumbnail": (picture) => picture.resize(120, 120, { fit: "inside" }),
};

describe("among the sample pictures, with the built-in model", async () => {
  const model = await new ModelStore({ directory: temporaryFolder() }).locate("pocket");
  const embedder = new OnnxEmbedder({ model });
  const { library, catalog } = await openTestLibrary(temporaryFolder(), { real: embedder });
  await library.add([samples]);
  afterAll(async () => {
    await library.close();
    await embedder.close();
  });
  const files = readdirSync(samples, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(jpg|png|webp)$/.test(name))
    .slice(0, 4);

  test("an invoice with a red overdue stamp is found by what stands on it, before things that are red", async () => {
    const file = join(samples, "documents/overdue receipt.jpg");
    const { id } = await library.within(everything).resolveImage(file);
    await catalog.texts.put(id, ["PAPER & CO", "12 Harbour Street", "INVOICE 20417", "OVERDUE", "TOTAL"]);
    const terms = [{ text: "invoice with a red overdue stamp" }];
    const { hits } = await library.within(everything).find({ terms });
    expect(hits[0]).toMatchObject({ id, words: { matched: 2, of: 4 } });
    await catalog.texts.put(id, []);
  });

  test.each(Object.keys(copies))("of an example %s, the original comes first, and says so", async (kind) => {
    for (const file of files) {
      const original = await library.within(everything).resolveImage(join(samples, file));
      const bytes = await (copies[kind] as (picture: Sharp) => Sharp)(sharp(join(samples, file)))
        .png()
        .toBuffer();
      for (const image of [{ bytes }, await library.within(everything).embedImage({ bytes })]) {
        const { hits, match } = await library
          .within(everything)
          .find({ terms: [{ image }], collapse: false });
        const found = hits.filter(({ isCopy }) => isCopy).map(({ id }) => id);
        expect(found, file).toContain(original.id);
        expect(hits.slice(0, found.length).every(({ isCopy }) => isCopy)).toBe(true);
        expect(match).toBe("good");
      }
      const { hits: others } = await library.within(everything).find({
        terms: [{ text: "name:jpg" }, { image: { bytes }, weight: -1 }],
        collapse: false,
        limit: "all",
      });
      expect(
        others.map(({ id }) => id),
        `${file}, disliked`,
      ).not.toContain(original.id);
      expect(others.length).toBeGreaterThan(20);
      const nowhere = await library
        .within({ files: { folders: ["/nowhere"] }, discord: "none" })
        .find({ terms: [{ image: { bytes } }] });
      expect(nowhere).toMatchObject({ hits: [], searched: 0 });
      expect(nowhere.match).toBeUndefined();
    }
  });
});
