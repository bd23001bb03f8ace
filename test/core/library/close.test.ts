import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { LibraryError } from "../../../src/core/errors.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { post } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary } from "../../support/test-library.ts";

async function setUp() {
  const embedder = new FakeEmbedder();
  const { library } = await openTestLibrary(temporaryFolder(), { embedder });
  const added = [];
  for (let n = 0; n < 40; n++) added.push(await library.addPosted(Buffer.from(`cat ${n}`), post(`${n}`)));
  return { embedder, library, id: added[0]?.image.id ?? "" };
}

test("closing waits for queries of every kind, as it does for changes", async () => {
  const { library, id } = await setUp();
  const questions = [
    library.within(everything).find({ terms: [{ text: "cat" }] }),
    library.within(everything).find({ terms: [], sort: "newest" }),
    library.within(everything).classify({ images: [{ id }], labels: ["cat", "dog"] }),
    library.within(everything).duplicates({ kind: "similar" }),
    library.within(everything).clusters(),
    library.within(everything).findSamePicture(id),
    library.within(everything).suggestTags({ id }, { tags: [{ tag: "cat" }] }),
    library.within(everything).status(),
    library.within(everything).image(id),
    library.within(everything).images([id]),
    library.within(everything).thumbnail(id),
    library.within(everything).completeId("", 5),
    library.within(everything).tags(),
    library.failures(),
    library.check(),
    library.tags.vocabulary(),
    library.tags.put(id, "mine"),
    library.addPosted(Buffer.from("dog"), post("100")),
  ];
  await library.close();
  const answers = await Promise.allSettled(questions);
  expect(answers.filter(({ status }) => status === "rejected")).toEqual([]);
});

test("a query in progress when the close begins runs to completion", async () => {
  const { library, embedder } = await setUp();
  const embedTexts = embedder.embedTexts.bind(embedder);
  embedder.embedTexts = async (texts, signal) => {
    await pause(50);
    return embedTexts(texts, signal);
  };
  const answer = library.within(everything).find({ terms: [{ text: "a new question" }] });
  await pause(10);
  const closed = library.close();
  expect((await answer).hits.length).toBeGreaterThan(0);
  await closed;
});

test("after close every method rejects with a clear error, and closing twice is harmless", async () => {
  const { library, id } = await setUp();
  await Promise.all([library.close(), library.close()]);
  const calls = [
    () => library.within(everything).find({ terms: [{ text: "cat" }] }),
    () => library.within(everything).image(id),
    () => library.addPosted(Buffer.from("dog"), post("100")),
    () => library.within(everything).status(),
    () => library.remove({ ids: [id] }),
    () => library.posts.knownAttachments(["1"]),
    () => library.state.set("a", "b"),
  ];
  for (const call of calls) {
    await expect(call()).rejects.toThrow(/library was closed/);
    await expect(call()).rejects.toBeInstanceOf(LibraryError);
  }
});
