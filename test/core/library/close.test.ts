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

test("closing waits for questions as it does for changes, whatever they ask", async () => {
  const { library, id } = await setUp();
  const questions = [
    library.find({ terms: [{ text: "cat" }], scope: everything }),
    library.find({ terms: [], sort: "newest", scope: everything }),
    library.classify({ images: [{ id }], labels: ["cat", "dog"] }),
    library.duplicates({ scope: everything, kind: "similar" }),
    library.clusters({ scope: everything }),
    library.findSamePicture(id, everything),
    library.suggestTags({ id }, { tags: [{ tag: "cat" }] }),
    library.status(),
    library.image(id, everything),
    library.images([id], everything),
    library.thumbnail(id, everything),
    library.completeId("", everything, 5),
    library.tags(),
    library.failures(),
    library.check(),
    library.vocabulary(),
    library.tag(id, "mine"),
    library.addPosted(Buffer.from("dog"), post("100")),
  ];
  await library.close();
  const answers = await Promise.allSettled(questions);
  expect(answers.filter(({ status }) => status === "rejected")).toEqual([]);
});

test("a question that is deep in its work when the close begins comes to its end", async () => {
  const { library, embedder } = await setUp();
  const embedTexts = embedder.embedTexts.bind(embedder);
  embedder.embedTexts = async (texts, signal) => {
    await pause(50);
    return embedTexts(texts, signal);
  };
  const answer = library.find({ terms: [{ text: "a new question" }], scope: everything });
  await pause(10);
  const closed = library.close();
  expect((await answer).hits.length).toBeGreaterThan(0);
  await closed;
});

test("after a close every verb is refused with a sentence, and closing twice is closing once", async () => {
  const { library, id } = await setUp();
  await Promise.all([library.close(), library.close()]);
  const calls = [
    () => library.find({ terms: [{ text: "cat" }], scope: everything }),
    () => library.image(id, everything),
    () => library.addPosted(Buffer.from("dog"), post("100")),
    () => library.status(),
    () => library.remove({ ids: [id] }),
    () => library.posts.knownAttachments(["1"]),
    () => library.state.set("a", "b"),
  ];
  for (const call of calls) {
    await expect(call()).rejects.toThrow(/library was closed/);
    await expect(call()).rejects.toBeInstanceOf(LibraryError);
  }
});
