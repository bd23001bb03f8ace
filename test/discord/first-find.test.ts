import { afterAll, beforeAll, expect, test } from "vitest";
import { DiscordHarness, picture } from "./support/harness.ts";

let harness: DiscordHarness;

beforeAll(async () => {
  harness = await DiscordHarness.start();
  await harness.startBot();
});

afterAll(() => harness.dispose());

test("from an indexed channel, old and new pictures are found by what they show", async () => {
  const { fake, general } = harness;
  const old = fake.post(general, { pictures: [picture("golden retriever")], announce: false });
  await harness.index(general);
  const fresh = fake.post(general, { pictures: [picture("golden retriever puppy")] });
  fake.post(general, { pictures: [picture("city at night")] });
  await harness.waitForPlaced(general.messages.filter(({ attachments }) => attachments.length > 0));

  const answer = await harness.slash(harness.asOwner, "find", { query: { value: "golden retriever" } });

  expect(answer.ephemeral).toBe(true);
  const links = [...answer.text.matchAll(/channels\/(\d+)\/(\d+)\/(\d+)/g)].map((match) => match[3]);
  expect(links.slice(0, 2)).toEqual([old.id, fresh.id]);
  expect(answer.reply.files).toHaveLength(3);
});
