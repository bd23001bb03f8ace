import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { withKnownDetail } from "../../../src/core/duplicates/known-detail.ts";
import type { Edit, Picture } from "../../../src/core/types.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { captureTime, file, idOf, newImage } from "../../support/new-image.ts";

const large = { width: 4000, height: 3000, quality: { jpegQuality: 85, detail: 250, measuredSide: 650 } };
const small = { width: 640, height: 480, quality: { jpegQuality: 85, detail: 200, measuredSide: 554 } };
const full = { jpegQuality: 85, detail: 210, measuredSide: 3464 };

/** The images of a group by name, and which of their originals were read. */
async function measure(
  pictures: Record<string, Partial<Picture>>,
  { away = [], edits = [] }: { away?: readonly string[]; edits?: readonly Edit[] } = {},
) {
  const catalog = await openCatalog({ path: ":memory:" });
  const names = Object.keys(pictures);
  await catalog.images.put(names.map((name) => newImage(name, file(`/photos/${name}.jpg`), pictures[name])));
  const images = (await catalog.images.byId(names.map(idOf))).map(({ record }) => record);
  const embedder = new FakeEmbedder({ space: "fake@00000000", dimensions: 4 });
  const read: string[] = [];
  embedder.measurePicture = async () => ({ id: "", quality: full });
  const originals = {
    read: async ({ id }: { id: string }, measure: (source: { path: string }) => Promise<object>) => {
      const name = names.find((one) => idOf(one) === id) ?? "";
      if (away.includes(name)) return undefined;
      read.push(name);
      return { ...(await measure({ path: name })), id } as never;
    },
  };
  const [first, second] = images;
  const relation = { a: first?.id ?? "", b: second?.id ?? "", edits, measure: 1, byVerdict: false };
  const group = { images, relations: [relation] };
  const { images: known } = await withKnownDetail({ catalog, embedder, originals }, group);
  const stored = (await catalog.images.byId(names.map(idOf))).map(({ record }) => record.quality);
  expect(stored).toEqual(known.map(({ quality }) => quality));
  await catalog.close();
  return { read: read.sort(), qualities: known.map(({ quality }) => quality) };
}

test("a picture larger than another that was reduced when it was read is measured again, and the answer kept", async () => {
  expect(await measure({ large, small })).toEqual({ read: ["large"], qualities: [full, small.quality] });
  expect(await measure({ large, small }, { away: ["large"] })).toEqual({
    read: [],
    qualities: [large.quality, small.quality],
  });
});

test("pictures of one size, and one with the only camera's date and the most bytes, are not", async () => {
  expect((await measure({ large, other: { ...large, bytes: 7 } })).read).toEqual([]);
  const dated = { ...large, bytes: 9_000_000, takenAt: captureTime(1) };
  expect((await measure({ dated, small })).read).toEqual([]);
  expect((await measure({ dated, small: { ...small, takenAt: captureTime(1) } })).read).toEqual(["dated"]);
});

test("a picture that its edits have ruled out is not", async () => {
  expect((await measure({ large, small }, { edits: [{ kind: "framed", of: "reference" }] })).read).toEqual(
    [],
  );
});
