import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { withShards } from "../../src/discord/gateway/shards.ts";
import { createLog } from "../../src/discord/log.ts";
import { eventually } from "../support/eventually.ts";
import { openTestLibrary } from "../support/test-library.ts";
import { ownsGuild } from "./fake/gateway.ts";
import { DiscordHarness, picture } from "./support/harness.ts";
import { startBot } from "./support/start-bot.ts";

const IDENTIFY_WINDOW_MS = 5000;

/** Servers until both of two shards have one. */
async function guildsOnBothShards({ fake, guild }: DiscordHarness) {
  const guilds = [guild];
  const isOn = (shard: number) => guilds.find(({ id }) => ownsGuild([shard, 2], id));
  while (!isOn(0) || !isOn(1)) {
    // Shards go by the milliseconds of ids.
    await pause(1);
    guilds.push(fake.guild(`another ${guilds.length}`));
  }
  return [isOn(0), isOn(1)].flatMap((each) => each ?? []);
}

test("of two processes each has the servers of its shards, in one library, and they identify in turn", async () => {
  const harness = await DiscordHarness.start();
  const { fake, folder } = harness;
  const guilds = await guildsOnBothShards(harness);
  const other = await openTestLibrary(folder);
  const shards = [0, 1].map((shard) => ({ total: 2, first: shard, last: shard }));
  const bots = await Promise.all(
    [harness.library, other.library].map((library, at) => startBot(fake, library, { shards: shards[at] })),
  );
  await eventually(() => expect(fake.gateway.identified).toHaveLength(2));
  const posted = [];
  for (const guild of guilds) {
    const channel = fake.channel(guild, "pictures");
    const owner = guild.members.get(guild.ownerId);
    if (!owner) throw new Error("a guild has an owner");
    const caller = { member: owner, channel };
    await eventually(async () => {
      const answer = await harness.slash(caller, "index add", { channel: { channel } });
      expect(answer.text).toMatch(/will be indexed|is indexed/);
    });
    posted.push({ guild, channel, message: fake.post(channel, { pictures: [picture(`of ${guild.id}`)] }) });
  }
  for (const { guild, message } of posted) {
    await eventually(async () => {
      const placed = await other.library.posts.placements({ guildId: guild.id });
      expect(placed.map(({ placement }) => placement.messageId)).toEqual([message.id]);
    });
  }
  const { identified } = fake.gateway;
  expect(identified.map(({ shard }) => shard).sort()).toEqual([0, 1]);
  const [first = { at: 0 }, second = { at: 0 }] = identified;
  expect(second.at - first.at).toBeGreaterThan(IDENTIFY_WINDOW_MS - 100);
  for (const bot of bots) await bot.stop();
  await other.library.close();
  await harness.dispose();
});

test("a process waits for another that has one of its shards", async () => {
  const harness = await DiscordHarness.start();
  const { leases } = harness.library;
  const log = createLog("silent");
  const never = new AbortController().signal;
  const order: string[] = [];
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const one = withShards({ leases, log }, { total: 4, first: 0, last: 2 }, never, async () => {
    order.push("one");
    await ended;
    order.push("one has ended");
  });
  await eventually(() => expect(order).toEqual(["one"]));
  const other = withShards({ leases, log }, { total: 4, first: 2, last: 3 }, never, async () => {
    order.push("other");
  });
  await pause(300);
  end();
  await Promise.all([one, other]);
  expect(order).toEqual(["one", "one has ended", "other"]);

  const stop = new AbortController();
  stop.abort();
  expect(
    await withShards({ leases, log }, { total: 1, first: 0, last: 0 }, stop.signal, async () => 1),
  ).toBeUndefined();
  await harness.dispose();
});
