import { expect } from "vitest";
import type { Catalog, Reading } from "../../../src/core/ports.ts";
import type { Scope, TextLine } from "../../../src/core/types.ts";
import { file, idOf, newImage, post } from "../new-image.ts";
import { type CatalogFactory, catalogTest } from "./open.ts";

const all: Scope = { files: "all", discord: "all" };
const box = { x: 0.1, y: 0.25, width: 0.5, height: 0.125 };

export const textLine = (text: string): TextLine => ({ text, confidence: 0.75, box, angle: 90 });

const reading = (content: string, lines: readonly string[], engine = "one"): Reading => ({
  id: idOf(content),
  engine,
  lines: lines.map(textLine),
});

async function waiting(catalog: Catalog, contents: readonly string[]): Promise<string[]> {
  const ids = (await catalog.readings.waiting(0, 100)).map(({ record }) => record.id);
  return ids.map((id) => contents.find((content) => idOf(content) === id) ?? "?");
}

const linesOf = async (catalog: Catalog, content: string, scope = all) =>
  (await catalog.readings.of([idOf(content)], scope))[0]?.lines.map(({ text }) => text);

const imagesWith = async (catalog: Catalog, word: string, scope = all) =>
  (await catalog.texts.search({ words: [{ text: word }], scope })).matches.length;

export function describeReadings(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("files wait to be read as they are added, in their order, once however many copies there are", async (catalog) => {
    await catalog.images.put([newImage("a", file("/photos/a.jpg")), newImage("b", file("/photos/b.jpg"))]);
    const copy = { id: idOf("a"), placement: file("/photos/copy.jpg") };
    await catalog.images.putPlacements([copy]);
    expect(await waiting(catalog, ["a", "b"])).toEqual(["a", "b"]);
    expect(await catalog.readings.counts()).toEqual({ read: 0, waiting: 2 });
    const [first] = await catalog.readings.waiting(0, 1);
    expect((await catalog.readings.waiting(first?.key ?? 0, 9)).map(({ record }) => record.id)).toEqual([
      idOf("b"),
    ]);

    await catalog.readings.put([reading("a", ["INVOICE 7", "overdue"]), reading("b", [])]);
    await catalog.images.putPlacements([{ ...copy, placement: file("/photos/again.jpg") }]);
    expect(await waiting(catalog, ["a", "b"])).toEqual([]);
    expect(await catalog.readings.counts()).toEqual({ read: 2, waiting: 0 });
    expect(await catalog.readings.of([idOf("b"), idOf("a"), idOf("c")], all)).toEqual([
      reading("b", []),
      reading("a", ["INVOICE 7", "overdue"]),
    ]);
    expect(await imagesWith(catalog, "invoice")).toBe(1);
    expect(await catalog.check()).toEqual([]);
  });

  test("another engine reads everything once more, in place of what was read", async (catalog) => {
    await catalog.images.put([newImage("a", file("/photos/a.jpg")), newImage("b", file("/photos/b.jpg"))]);
    await catalog.readings.startWith("one");
    await catalog.readings.put([
      reading("a", ["before"]),
      { ...reading("b", []), failure: "crashed-decoder" },
    ]);
    await catalog.readings.startWith("one");
    expect(await waiting(catalog, ["a", "b"]), "also what failed").toEqual([]);
    await catalog.readings.startWith("two");
    expect(await waiting(catalog, ["a", "b"])).toEqual(["a", "b"]);
    expect(await linesOf(catalog, "a"), "until it is read again").toEqual(["before"]);
    await catalog.readings.put([reading("a", ["after"], "two")]);
    await catalog.readings.startWith("two");
    expect(await waiting(catalog, ["a", "b"])).toEqual(["b"]);
    expect(await linesOf(catalog, "a")).toEqual(["after"]);
    expect(await imagesWith(catalog, "before")).toBe(0);
    expect(await catalog.check()).toEqual([]);
  });

  test("posts are read only where it is allowed, and forgotten when it no longer is", async (catalog) => {
    await catalog.images.put([newImage("old", post("1"))]);
    expect(await waiting(catalog, ["old"])).toEqual([]);
    await catalog.readings.put([reading("old", ["secret"])]);
    expect(await linesOf(catalog, "old"), "read before it was known").toBeUndefined();

    await catalog.readings.allow("g1");
    await catalog.images.put([
      newImage("new", post("2")),
      newImage("other", post("3", { guildId: "g2" })),
      newImage("both", post("4")),
    ]);
    await catalog.images.putPlacements([{ id: idOf("both"), placement: file("/photos/both.jpg") }]);
    const contents = ["old", "new", "both", "other"];
    expect((await waiting(catalog, contents)).sort()).toEqual(["both", "new", "old"]);
    await catalog.readings.put(["old", "both"].map((content) => reading(content, ["secret"])));
    expect([await catalog.readings.allows("g1"), await catalog.readings.allows("g2")]).toEqual([true, false]);

    await catalog.readings.forbid("g1");
    expect(await waiting(catalog, contents)).toEqual([]);
    expect(await linesOf(catalog, "old")).toBeUndefined();
    expect(await linesOf(catalog, "both"), "it is a file, too").toEqual(["secret"]);
    expect(await imagesWith(catalog, "secret")).toBe(1);
    await catalog.files.remove(["/photos/both.jpg"]);
    expect(await linesOf(catalog, "both"), "only a post is left").toBeUndefined();
    expect(await imagesWith(catalog, "secret")).toBe(0);
    expect(await catalog.check()).toEqual([]);
  });

  test("what was read goes with the message that allowed it, and with the image", async (catalog) => {
    await catalog.readings.allow("g1");
    await catalog.images.put([
      newImage("a", post("1")),
      newImage("b", file("/photos/b.jpg")),
      newImage("c", file("/photos/c.jpg")),
    ]);
    await catalog.images.putPlacements([{ id: idOf("a"), placement: post("9", { guildId: "g2" }) }]);
    await catalog.readings.put(["a", "b", "c"].map((content) => reading(content, ["secret"])));
    await catalog.posts.remove({ guildId: "g1", messageIds: [post("1").messageId] });
    expect(await linesOf(catalog, "a"), "it is still in a guild that does not allow it").toBeUndefined();
    await catalog.images.remove([idOf("b")]);
    expect(await imagesWith(catalog, "secret")).toBe(1);
    expect(await catalog.readings.counts()).toEqual({ read: 1, waiting: 0 });
    await catalog.readings.put([reading("b", ["late"])]);
    expect(await imagesWith(catalog, "late")).toBe(0);
    expect(await catalog.check()).toEqual([]);
  });

  test("what was read is shown of images in scope only", async (catalog) => {
    await catalog.images.put([
      newImage("a", file("/photos/in/a.jpg")),
      newImage("b", file("/photos/out/b.jpg")),
    ]);
    await catalog.readings.put(["a", "b"].map((content) => reading(content, ["words"])));
    const scope: Scope = { files: { folders: ["/photos/in"] }, discord: "none" };
    expect(await linesOf(catalog, "a", scope)).toEqual(["words"]);
    expect(await linesOf(catalog, "b", scope)).toBeUndefined();
  });
}
