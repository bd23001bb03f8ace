import { expect, test } from "vitest";
import { ENTIRE_LIBRARY } from "../../src/core/scopes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../support/test-library.ts";
import { startSession } from "./support/session.ts";

async function boards() {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "whiteboard plan", "b.jpg": "whiteboard sums", "c.jpg": "cat" });
  const { library } = await openTestLibrary(temporaryFolder());
  await library.add([folder]);
  const view = library.within(ENTIRE_LIBRARY);
  const { hits } = await view.find({ terms: [{ text: "whiteboard" }], limit: 2 });
  const ids = hits.map(({ id }) => id.slice(0, 12));
  const tagged = async (tag: string) =>
    (await view.find({ terms: [], sort: "newest" })).hits.filter(({ tags }) =>
      tags.some((each) => each.tag === tag && each.by === "person"),
    ).length;
  return { library, view, ids, tagged, ...(await startSession(library, { allowTags: true })) };
}

test("pictures are tagged and untagged as by a person, and found by the tag", async () => {
  const { ids, tagged, call } = await boards();
  const answer = await call("tag_images", { ids: [...ids, "ffffffffffff"], add: ["whiteboards", "work"] });
  expect(answer).toMatchObject({ isError: false, data: { tagged: ids, added: ["whiteboards", "work"] } });
  expect(answer.text).toContain("ffffffffffff");
  expect(await tagged("whiteboards")).toBe(2);
  const found = await call("search_images", { tags: ["whiteboards"] });
  expect(found.data).toMatchObject({ searched: 2, applied: { tags: ["whiteboards"] } });
  await call("tag_images", { ids: ids.slice(0, 1), remove: ["whiteboards"] });
  expect(await tagged("whiteboards")).toBe(1);
});

test("of a call that cannot be done whole nothing is done", async () => {
  const { ids, tagged, call } = await boards();
  for (const [args, said] of [
    [{ ids }, "Say which tags"],
    [{ ids, add: ["work", "a,b"] }, "holds one of"],
    [{ ids, add: ["work"], remove: ["Work"] }, "at once"],
    [{ ids: ["ffffffffffff"], add: ["work"] }, "ffffffffffff"],
  ] as const)
    expect(await call("tag_images", args), JSON.stringify(args)).toMatchObject({
      isError: true,
      text: expect.stringContaining(said),
    });
  expect(await tagged("work")).toBe(0);
});

test("what a user said of a pair is kept, and only one thing is said at a time", async () => {
  const { library, ids, call } = await boards();
  const [a = "", b = ""] = ids;
  expect(await call("record_verdict", { pair: ids, same: false })).toMatchObject({
    isError: false,
    text: expect.stringContaining("different pictures"),
  });
  expect(await library.verdicts.of(a, b)).toBe("different");
  for (const args of [
    { pair: ids },
    { pair: ids, same: true, query: "x" },
    { id: a },
    { pair: [a], same: true },
    {},
  ])
    expect(await call("record_verdict", args), JSON.stringify(args)).toMatchObject({ isError: true });
  expect(await library.verdicts.of(a, b)).toBe("different");
});

test("tagging is off unless the operator allows it", async () => {
  const { library } = await boards();
  const off = await startSession(library);
  expect((await off.client.listTools()).tools.map(({ name }) => name)).not.toContain("tag_images");
  expect((await off.call("tag_images", { ids: ["ffff"], add: ["x"] })).text).toContain("--allow-tags");
});
