import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { everything } from "../support/test-library.ts";
import { eventually } from "./support/eventually.ts";
import { picture, Stage } from "./support/stage.ts";

let stage: Stage;
const next = new FakeEmbedder({ space: "next@11111111" });

beforeEach(async () => {
  stage = await Stage.set(new FakeEmbedder(), { next });
});

afterEach(() => stage.strike());

const unembedded = async () => (await stage.library.status()).unembedded;

test("after a switch of models the running bot fetches posted pictures again, by itself", async () => {
  const { fake, general } = stage;
  const thread = fake.thread(general, "thread");
  const words = ["cat", "dog", "snow", "beach"];
  const messages = words.map((shows, at) =>
    fake.post(at % 2 ? thread : general, {
      pictures: [picture(shows)],
      announce: false,
      at: Date.now() - 1e9,
    }),
  );
  await stage.start();
  await stage.index(general);
  await stage.untilPlaced(messages);
  await stage.library.useModel("next", { evenIfIncomplete: true });
  await eventually(async () => expect(await unembedded()).toBe(0));
  expect(next.calls.pictures).toBe(words.length);
  const { hits } = await stage.library.find({ terms: [{ text: "cat" }], scope: everything, limit: 1 });
  expect(hits).toMatchObject([{ placements: [{ messageId: messages[0]?.id }] }]);
});

test("the same bytes posted again give a picture the embedding that it lacks", async () => {
  const { fake, general } = stage;
  await stage.start({ times: { maintenanceMs: 3_600_000, retryRounds: 1 } });
  await stage.index(general);
  const first = fake.post(general, { pictures: [picture("zebra")] });
  await stage.untilPlaced([first]);
  await stage.library.useModel("next", { evenIfIncomplete: true });
  expect(await unembedded()).toBe(1);
  const second = fake.post(general, { pictures: [picture("zebra")] });
  await stage.untilPlaced([first, second]);
  expect(await unembedded()).toBe(0);
});
