import { afterEach, beforeEach, expect, test } from "vitest";
import { fittingLines } from "../../src/discord/message-text.ts";
import { english } from "../../src/discord/texts/english.ts";
import { eventually } from "../support/eventually.ts";
import { DiscordHarness, picture } from "./support/harness.ts";

let harness: DiscordHarness;

beforeEach(async () => {
  harness = await DiscordHarness.start();
});

afterEach(() => harness.dispose());

test("many reposts of many pictures fit into one message, with a count of what is left out", async () => {
  const { fake, general } = harness;
  const pictures = ["castle", "tower", "mill", "barn", "bridge"].map(picture);
  const messages = pictures.flatMap((bytes) =>
    Array.from({ length: 8 }, () => fake.post(general, { pictures: [bytes], announce: false })),
  );
  await harness.startBot();
  await harness.index(general);
  await harness.waitForPlaced(messages);
  const answer = await harness.slash(harness.asOwner, "duplicates");
  expect(answer.text).toContain("5 pictures posted more than once");
  expect(answer.text.match(/8 times$/gm)).toHaveLength(10);
  const left = [...answer.text.matchAll(/and (\d+) more/g)].map((match) => Number(match[1]));
  const links = [...answer.text.matchAll(/\[open\]/g)].length;
  expect(links + left.reduce((sum, more) => sum + more, 0)).toBe(messages.length);
  expect(links).toBeGreaterThanOrEqual(20);
});

test("the status of many channels fits into one message", async () => {
  const { fake, guild } = harness;
  await harness.startBot();
  const channels = Array.from({ length: 20 }, (_, at) => fake.channel(guild, `channel ${at}`));
  for (const channel of channels) {
    for (const words of ["fine", "broken"])
      fake.post(channel, { pictures: [picture(words)], announce: false });
    fake.thread(channel, "thread");
    await harness.index(channel);
  }
  const answer = await harness.slash(harness.asOwner, "index status");
  const lines = answer.text.split("\n").filter((line) => line.includes("findable"));
  expect(lines.length).toBeGreaterThan(10);
  expect(answer.text).toContain(`and ${20 - lines.length} more`);
  expect(answer.text).toContain("captions not kept");
});

test("labels that need much escaping are counted instead of listed", async () => {
  const { general } = harness;
  await harness.startBot();
  const labels = Array.from({ length: 30 }, (_, at) => `${"*_".repeat(14)}${at}`).join(",");
  const answer = await harness.slash(harness.asOwner, "autotag", {
    channel: { channel: general },
    mode: { value: "reply" },
    labels: { value: labels },
  });
  await eventually(() => expect(answer.text).toContain("are tagged with: 30 labels"));
});

test("lines are kept whole, and what is left out is counted", () => {
  const more = english.answers.andMore;
  expect(fittingLines(["one", "two"], { maxLength: 7, more })).toBe("one\ntwo");
  expect(fittingLines(["one", "two"], { maxLength: 40, total: 1_502, more })).toBe(
    "one\ntwo\n-# and 1,500 more",
  );
  expect(fittingLines(["one", "two two two two two"], { maxLength: 20, more })).toBe("one\n-# and 1 more");
});
