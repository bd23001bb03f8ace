import { afterAll, beforeAll, expect, test } from "vitest";
import { picture, Stage } from "./support/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set();
  await stage.start();
});

afterAll(() => stage.strike());

test("from an indexed channel, old and new pictures are found by what they show", async () => {
  const { fake, general } = stage;
  const old = fake.post(general, { pictures: [picture("golden retriever")], announce: false });
  await stage.index(general);
  const fresh = fake.post(general, { pictures: [picture("golden retriever puppy")] });
  fake.post(general, { pictures: [picture("city at night")] });
  await stage.untilPlaced(general.messages.filter(({ attachments }) => attachments.length > 0));

  const answer = await stage.ask(stage.asOwner, "find", { query: { value: "golden retriever" } });

  expect(answer.ephemeral).toBe(true);
  const links = [...answer.text.matchAll(/channels\/(\d+)\/(\d+)\/(\d+)/g)].map((match) => match[3]);
  expect(links.slice(0, 2)).toEqual([old.id, fresh.id]);
  expect(answer.reply.files).toHaveLength(3);
});
