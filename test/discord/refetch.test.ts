import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { everything } from "../support/test-library.ts";
import { DiscordHarness, picture } from "./support/harness.ts";

let harness: DiscordHarness;
const next = new FakeEmbedder({ space: "next@11111111" });

beforeEach(async () => {
  harness = await DiscordHarness.start(new FakeEmbedder(), { next });
});

afterEach(() => harness.dispose());

const unembedded = async () => (await harness.library.within(everything).status()).unembedded;

test("after a model switch the running bot refetches posted pictures by itself", async () => {
  const { fake, general } = harness;
  const thread = fake.thread(general, "thread");
  const words = ["cat", "dog", "snow", "beach"];
  const messages = words.map((shows, at) =>
    fake.post(at % 2 ? thread : general, {
      pictures: [picture(shows)],
      announce: false,
      at: Date.now() - 1e9,
    }),
  );
  await harness.startBot();
  await harness.index(general);
  await harness.waitForPlaced(messages);
  await harness.library.useModel("next", { evenIfIncomplete: true });
  await eventually(async () => expect(await unembedded()).toBe(0));
  expect(next.calls.pictures).toBe(words.length);
  const { hits } = await harness.library.within(everything).find({ terms: [{ text: "cat" }], limit: 1 });
  expect(hits).toMatchObject([{ placements: [{ messageId: messages[0]?.id }] }]);
});

test("the same bytes posted again give a picture the embedding that it lacks", async () => {
  const { fake, general } = harness;
  await harness.startBot({ times: { maintenanceMs: 3_600_000, retryRounds: 1 } });
  await harness.index(general);
  const first = fake.post(general, { pictures: [picture("zebra")] });
  await harness.waitForPlaced([first]);
  harness.library.readOriginalsWith({ discord: undefined });
  await harness.library.useModel("next", { evenIfIncomplete: true });
  expect(await unembedded()).toBe(1);
  const { text } = await harness.slash(harness.asOwner, "duplicates");
  expect(text).toMatch(/1 picture has no vector under next yet and was not compared by it/);
  const second = fake.post(general, { pictures: [picture("zebra")] });
  await harness.waitForPlaced([first, second]);
  expect(await unembedded()).toBe(0);
});
