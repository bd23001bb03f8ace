import { expect } from "vitest";
import type { DiscordSelector } from "../../../src/core/types.ts";
import { file, idOf, newImage, post, SPACE } from "../new-image.ts";
import { type CatalogFactory, catalogTest } from "./open.ts";

const failed = (origin: string) =>
  ({ origin, bytes: 1, modifiedAt: 1000, code: "damaged", reason: "cut off", at: 1 }) as const;

const images = [
  newImage("a", post("1", { channelId: "c1", authorId: "ann", postedAt: 10 })),
  newImage("b", post("2", { channelId: "c1", authorId: "bob", postedAt: 20 })),
  newImage("c", post("3", { channelId: "c2", authorId: "ann", postedAt: 30 })),
  newImage("d", post("4", { guildId: "g2", channelId: "c3", authorId: "ann", postedAt: 40 })),
];

export function describePosts(create: CatalogFactory): void {
  const test = catalogTest(create);

  const selections: [string, Omit<DiscordSelector, "guildId">, string[]][] = [
    ["a whole guild", {}, ["1", "2", "3"]],
    ["a channel", { channelId: "c1" }, ["1", "2"]],
    ["an author", { authorId: "ann" }, ["1", "3"]],
    ["an author in a channel", { authorId: "ann", channelId: "c1" }, ["1"]],
    ["messages", { messageIds: ["m-1", "m-3", "m-4", "m-9"] }, ["1", "3"]],
    ["attachments", { attachmentIds: ["2", "4"] }, ["2"]],
    ["what was posted before a time", { postedBefore: 20 }, ["1"]],
    ["no message", { messageIds: [] }, []],
  ];
  for (const [name, selector, attachments] of selections) {
    test(`${name} can be listed and removed, and nothing else is`, async (catalog) => {
      await catalog.images.put(images);
      const selected = await catalog.posts.placements({ guildId: "g1", ...selector });
      expect(selected.map(({ placement }) => placement.attachmentId)).toEqual(attachments);
      const keys = await catalog.posts.imagesOf({ guildId: "g1", ...selector });
      expect((await catalog.images.byKey(keys)).map(({ record }) => record.id).sort()).toEqual(
        selected.map(({ id }) => id).sort(),
      );
      const report = await catalog.posts.remove({ guildId: "g1", ...selector });
      expect(report).toEqual({ placements: attachments.length, images: attachments.length });
      expect(await catalog.posts.knownAttachments(["1", "2", "3", "4"])).toEqual(
        new Set(["1", "2", "3", "4"].filter((id) => !attachments.includes(id))),
      );
    });
  }

  test("an image that is also in a file survives the removal of its post", async (catalog) => {
    await catalog.images.put([newImage("cat", post("1")), newImage("cat", file("/photos/cat.jpg"))]);
    expect(await catalog.posts.remove({ guildId: "g1" })).toEqual({ placements: 1, images: 0 });
    const [cat] = await catalog.images.byId([idOf("cat")]);
    expect(cat?.record.placements).toEqual([file("/photos/cat.jpg")]);
  });

  test("one attachment forwarded to another message is two placements", async (catalog) => {
    await catalog.images.put([
      newImage("cat", post("1", { messageId: "m1" })),
      newImage("cat", post("1", { messageId: "m2", channelId: "c2" })),
    ]);
    expect(await catalog.posts.remove({ guildId: "g1", messageIds: ["m1"] })).toEqual({
      placements: 1,
      images: 0,
    });
    expect(await catalog.posts.knownAttachments(["1"])).toEqual(new Set(["1"]));
  });

  test("attachments that failed are known until they succeed or are removed", async (catalog) => {
    await catalog.files.putFailures([
      failed("discord:g1/c1/m-1/1"),
      failed("discord:g1/c1/m-2/2"),
      failed("discord:g12/c1/m-3/3"),
      { ...failed("/photos/4"), root: "/photos" },
    ]);
    expect(await catalog.posts.knownAttachments(["1", "2", "3", "4"])).toEqual(new Set(["1", "2", "3"]));
    await catalog.images.put([newImage("cat", post("1"))]);
    expect(await catalog.posts.failedAttachments(["1", "2", "3", "4"])).toEqual(new Set(["2", "3"]));
    expect((await catalog.files.failures()).map(({ origin }) => origin)).not.toContain("discord:g1/c1/m-1/1");
    await catalog.posts.remove({ guildId: "g1", messageIds: ["m-2"] });
    expect(await catalog.posts.knownAttachments(["1", "2", "3", "4"])).toEqual(new Set(["1", "3"]));
    await catalog.posts.remove({ guildId: "g1" });
    expect(await catalog.posts.knownAttachments(["1", "2", "3", "4"])).toEqual(new Set(["3"]));
  });

  test("once a model is active, only attachments that it embedded are known, and the rest are listed", async (catalog) => {
    await catalog.images.put([...images, newImage("only here", post("9"))]);
    expect(await catalog.posts.unembedded("g1"), "no model is active").toEqual([]);
    await catalog.embeddings.setActiveModel("next", "next@1");
    expect(await catalog.posts.knownAttachments(["1", "2"])).toEqual(new Set());
    await catalog.embeddings.put("next@1", [{ id: idOf("only here"), embedding: newImage("x").embedding }]);
    expect(await catalog.posts.knownAttachments(["1", "9"])).toEqual(new Set(["9"]));
    expect([
      await catalog.images.has(idOf("a"), SPACE),
      await catalog.images.has(idOf("a"), "next@1"),
    ]).toEqual([true, false]);
    await catalog.files.putFailures([failed("discord:g1/c1/m-1/1")]);
    expect(await catalog.posts.unembedded("g1")).toEqual([
      { channelId: "c1", messageId: "m-2", attachmentId: "2" },
      { channelId: "c2", messageId: "m-3", attachmentId: "3" },
    ]);
  });

  test("a guild's channels and threads are listed with their image counts and newest post", async (catalog) => {
    await catalog.images.put([
      ...images,
      newImage("b", post("5", { channelId: "c1", postedAt: 25 })),
      newImage("e", post("6", { channelId: "t1", parentId: "c1", postedAt: 50 })),
    ]);
    expect(await catalog.posts.channels("g1")).toEqual([
      { channelId: "c1", images: 2, newest: 25 },
      { channelId: "c2", images: 1, newest: 30 },
      { channelId: "t1", parentId: "c1", images: 1, newest: 50 },
    ]);
    expect(await catalog.posts.guilds()).toEqual([
      { guildId: "g1", channels: 3, images: 4 },
      { guildId: "g2", channels: 1, images: 1 },
    ]);
  });

  test("captions are set, cleared and deleted", async (catalog) => {
    await catalog.images.put(images);
    const captions = async () =>
      (await catalog.posts.placements({ guildId: "g1" })).map((at) => at.placement.caption);
    await catalog.posts.setCaption("g1", "m-1", "one");
    await catalog.posts.setCaption("g1", "m-2", "two");
    await catalog.posts.setCaption("g2", "m-3", "of another guild");
    expect(await captions()).toEqual(["one", "two", undefined]);
    await catalog.posts.setCaption("g1", "m-2", undefined);
    expect(await captions()).toEqual(["one", undefined, undefined]);
    await catalog.posts.eraseCaptions("g1");
    expect(await captions()).toEqual([undefined, undefined, undefined]);
  });
}
