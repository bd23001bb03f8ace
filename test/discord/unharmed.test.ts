import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { DiscordHarness, type Invoker, picture } from "./support/harness.ts";

/** What Discord sends and does that must neither end the bot nor make it do things twice. */

let harness: DiscordHarness;
let ann: Invoker;

beforeEach(async () => {
  harness = await DiscordHarness.start();
  const { fake, guild, general } = harness;
  ann = { member: fake.member(guild, "ann"), channel: general };
});

afterEach(() => harness.dispose());

test.each([1000, 1001, 1006, 4000, 4009])("a gateway closed with %s is come back to", async (code) => {
  const { fake, general } = harness;
  await harness.startBot();
  await harness.index(general);
  fake.gateway.drop(code === 1006 ? undefined : code);
  const missed = fake.post(general, { pictures: [picture("in between")] });
  await harness.waitForPlaced([missed]);
  expect((await harness.slash(ann, "find", { query: { value: "in between" } })).text).toContain(missed.id);
});
