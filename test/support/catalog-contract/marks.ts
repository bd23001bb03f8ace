import { expect } from "vitest";
import { NotFoundError } from "../../../src/core/errors.ts";
import type { Mark } from "../../../src/core/types.ts";
import { idOf, newImage } from "../new-image.ts";
import { type CatalogFactory, catalogTest } from "./open.ts";

const member = (guildId: string, userId: string) => ({ guildId, userId });

const mark = (question: string, name: string | null, about: Partial<Mark> = {}): Mark => ({
  maker: "owner",
  question,
  id: name === null ? null : idOf(name),
  isRight: true,
  at: 1,
  ...about,
});

const answer = (question: string, ...names: string[]) => ({
  question,
  hits: new Map(names.map((name, at) => [at + 1, idOf(name)])),
});

export function describeMarks(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("the latest mark of a question and image counts, and marks are listed oldest first", async (catalog) => {
    await catalog.images.put([newImage("cat"), newImage("dog")]);
    await catalog.marks.put(mark("a pet", "cat", { at: 3 }));
    await catalog.marks.put(mark("a pet", "dog", { at: 2 }));
    await catalog.marks.put(mark("a cat", "cat", { at: 1 }));
    await catalog.marks.put(mark("a pet", "cat", { isRight: false, at: 4 }));
    expect(await catalog.marks.list("owner")).toEqual([
      mark("a cat", "cat", { at: 1 }),
      mark("a pet", "dog", { at: 2 }),
      mark("a pet", "cat", { isRight: false, at: 4 }),
    ]);
  });

  test("a question has a right image or none: the one replaces the other", async (catalog) => {
    await catalog.images.put([newImage("cat"), newImage("dog")]);
    await catalog.marks.put(mark("a pet", "cat"));
    await catalog.marks.put(mark("a pet", "dog", { isRight: false }));
    await catalog.marks.put(mark("a pet", null, { at: 2 }));
    expect((await catalog.marks.list("owner")).map(({ id, isRight }) => [id, isRight])).toEqual([
      [idOf("dog"), false],
      [null, true],
    ]);
    await catalog.marks.put(mark("a pet", "cat", { at: 3 }));
    expect((await catalog.marks.list("owner")).map(({ id }) => id)).toEqual([idOf("dog"), idOf("cat")]);
  });

  test("marks of the owner, of a guild and of its members are kept apart", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    const makers = ["owner", member("g1", "u1"), member("g1", "u2"), member("g2", "u1")] as const;
    for (const [at, maker] of makers.entries()) await catalog.marks.put(mark("a cat", "cat", { maker, at }));
    expect((await catalog.marks.list("owner")).map(({ at }) => at)).toEqual([0]);
    expect((await catalog.marks.list({ guildId: "g1" })).map(({ at }) => at)).toEqual([1, 2]);
    expect((await catalog.marks.list({ userId: "u1" })).map(({ at }) => at)).toEqual([1, 3]);
    expect(await catalog.marks.erase({ userId: "u1" })).toBe(2);
    expect((await catalog.marks.list({ guildId: "g1" })).map(({ at }) => at)).toEqual([2]);
    expect(await catalog.marks.erase({ guildId: "g1" })).toBe(1);
    expect(await catalog.marks.erase({ guildId: "g1" })).toBe(0);
    expect(await catalog.marks.list("owner")).toHaveLength(1);
  });

  test("a mark is withdrawn by its maker alone", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.marks.put(mark("a cat", "cat"));
    await catalog.marks.put(mark("a dog", null));
    expect(await catalog.marks.withdraw(member("g1", "u1"), "a cat", idOf("cat"))).toBe(false);
    expect(await catalog.marks.withdraw("owner", "a cat", null)).toBe(false);
    expect(await catalog.marks.withdraw("owner", "a cat", idOf("cat"))).toBe(true);
    expect(await catalog.marks.withdraw("owner", "a dog", null)).toBe(true);
    expect(await catalog.marks.withdraw("owner", "a cat", idOf("gone"))).toBe(false);
    expect(await catalog.marks.list("owner")).toEqual([]);
  });

  test("a removed image takes its marks along, and is in no remembered answer", async (catalog) => {
    await catalog.images.put([newImage("cat"), newImage("dog")]);
    await catalog.marks.put(mark("a pet", "cat"));
    await catalog.marks.put(mark("a pet", "dog"));
    await catalog.marks.remember(answer("a pet", "cat", "dog"));
    await catalog.images.remove([idOf("cat")]);
    expect((await catalog.marks.list("owner")).map(({ id }) => id)).toEqual([idOf("dog")]);
    expect(await catalog.marks.remembered()).toEqual({
      question: "a pet",
      hits: new Map([[2, idOf("dog")]]),
    });
    await expect(catalog.marks.put(mark("a pet", "cat"))).rejects.toThrow(NotFoundError);
  });

  test("only the last answer is remembered", async (catalog) => {
    expect(await catalog.marks.remembered()).toBeUndefined();
    await catalog.images.put([newImage("cat"), newImage("dog")]);
    await catalog.marks.remember(answer("pets", "dog", "cat"));
    await catalog.marks.remember(answer("a cat", "gone", "cat"));
    expect(await catalog.marks.remembered()).toEqual({
      question: "a cat",
      hits: new Map([[2, idOf("cat")]]),
    });
  });
}
