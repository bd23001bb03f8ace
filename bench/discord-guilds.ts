/**
 * `glimpse discord` on many servers, all shards in one process: memory, how fast it answers while pictures are posted and
 * deleted for a while, and whether a guest whose right to read the channel comes and goes is ever shown what they may not see. The program runs as users start it, against a small local Discord.
 * Usage: npm run bench -- discord-guilds [servers] [seconds] [questions a second]
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { PermissionFlagsBits as P } from "discord.js";
import { deployTo } from "../src/discord/deploy.ts";
import { FakeDiscord } from "../test/discord/fake/fake-discord.ts";
import type { FakeReply } from "../test/discord/fake/interactions.ts";
import type { FakeChannel, FakeGuild, FakeMember, FakeMessage } from "../test/discord/fake/model.ts";
import { TOKEN } from "../test/discord/support/start-bot.ts";
import { eventually } from "../test/support/eventually.ts";
import { colourPatches } from "./colour-patches.ts";
import { inTemporaryFolder, table } from "./report.ts";

const SERVERS = Number(process.argv[2] ?? 25);
const SECONDS = Number(process.argv[3] ?? 60);
const PER_SECOND = Number(process.argv[4] ?? 4);
/** As Discord asks for about. */
const SERVERS_PER_SHARD = 250;
const CHANNELS = 20;
const ROLES = 20;
const SAMPLE_MS = 2_000;
/** Without a single picture fetched, no more are waited for. */
const STANDSTILL_MS = 30_000;
const QUESTIONS = ["a dog", "a city at night", "food on a table", "people at the sea"];

interface Place {
  readonly guild: FakeGuild;
  readonly channel: FakeChannel;
  readonly guest: FakeMember;
  mayRead: boolean;
}

const share = (values: readonly number[], part: number) =>
  Math.round([...values].sort((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? 0);

await inTemporaryFolder("glimpse-guilds-", async (folder) => {
  const fake = await FakeDiscord.start();
  fake.publicGateway = "wss://gateway.discord.gg";
  // As Discord's. Half a second, which tests want, ends connections while a thousand servers are announced on a busy machine.
  fake.gateway.heartbeatMs = 41_250;
  const count = Math.max(1, Math.ceil(SERVERS / SERVERS_PER_SHARD));
  fake.shards = { count, atOnce: 16 };
  const places: Place[] = [];
  for (let at = 0; at < SERVERS; at += 1) {
    const guild = fake.guild(`server ${at}`);
    for (let role = 0; role < ROLES; role += 1) fake.role(guild, `role ${role}`);
    const channels = Array.from({ length: CHANNELS }, (_, each) => fake.channel(guild, `channel ${each}`));
    const [channel] = channels;
    if (channel) places.push({ guild, channel, guest: fake.member(guild, "guest"), mayRead: true });
    // Shards go by the milliseconds of ids.
    if (at % 4 === 0) await pause(1);
  }
  await deployTo({ token: TOKEN, api: fake.api });
  const root = fileURLToPath(new URL("..", import.meta.url));
  const preload = `${root}test/discord/support/reach-fake.cjs`;
  const bot = spawn(
    process.execPath,
    ["--require", preload, "--import", "tsx", "src/cli/main.ts", "discord"],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        DISCORD_TOKEN: TOKEN,
        GLIMPSE_LIBRARY: folder,
        GLIMPSE_MODEL: "pocket",
        GLIMPSE_LOG_LEVEL: "error",
        FAKE_DISCORD_PORT: new URL(fake.origin).port,
      },
    },
  );
  await eventually(() => {
    if (fake.gateway.identified.length < count) throw new Error("not all shards have identified");
  });
  await pause(3_000);
  console.error(`${count} shards are connected`);
  const residentMiB = (): number =>
    Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${bot.pid}/status`, "utf8"))?.[1]) / 1_024);
  const connected = residentMiB();

  const acknowledged: number[] = [];
  const answered: number[] = [];
  let unanswered = 0;
  let failed = 0;
  let leaked = 0;
  const ask = async (
    { guild, channel }: Place,
    name: string,
    options: Parameters<typeof fake.slash>[2],
    userId = guild.ownerId,
  ) => {
    const begin = performance.now();
    const answer: FakeReply = fake.slash({ userId, channel }, name, options);
    const until = begin + 60_000;
    while (answer.edits.length === 0 && performance.now() < until) await pause(2);
    const isAnswered = answer.edits.length > 0;
    if (isAnswered && name === "find") {
      acknowledged.push(answer.ackMs ?? 0);
      answered.push(performance.now() - begin);
    } else if (!isAnswered) unanswered += 1;
    if (answer.text.includes("Something went wrong")) failed += 1;
    fake.answers.delete(answer.token);
    return answer.text;
  };

  const indexing = performance.now();
  for (let at = 0; at < places.length; at += 20)
    await Promise.all(
      places
        .slice(at, at + 20)
        .map((place) => ask(place, "index add", { channel: { channel: place.channel } })),
    );
  console.error("every server has an indexed channel");
  let seed = 0;
  const post = async ({ channel }: Place): Promise<FakeMessage> => {
    seed += 1;
    return fake.post(channel, { pictures: [await colourPatches(seed, 320, 240)] });
  };
  const posted: FakeMessage[] = [];
  for (const place of places) posted.push(await post(place));
  const find = (place: Place, at: number) =>
    ask(place, "find", { query: { value: `${QUESTIONS[at % QUESTIONS.length]} ${at}` } });
  /** They ask from a channel that they always see, right after their right to read the other has changed. */
  const findAsGuest = async (place: Place, at: number) => {
    const { guild, channel, guest } = place;
    place.mayRead = !place.mayRead;
    const { mayRead } = place;
    fake.overwrite(channel, { id: guest.userId, type: 1, [mayRead ? "allow" : "deny"]: P.ViewChannel });
    const hall = [...guild.channels.values()].at(-1) ?? channel;
    const query = { value: `${QUESTIONS[at % QUESTIONS.length]} ${at} for a guest` };
    const text = await ask({ ...place, channel: hall }, "find", { query }, guest.userId);
    if (!mayRead && /channels\/\d+\/\d+\/\d+|among [1-9]/.test(text)) leaked += 1;
  };
  for (let at = performance.now(), before = 0; fake.cdn.served.length < places.length; await pause(250)) {
    if (fake.cdn.served.length > before) [before, at] = [fake.cdn.served.length, performance.now()];
    else if (performance.now() - at > STANDSTILL_MS) break;
  }
  const fetched = fake.cdn.served.length;
  const seconds = Math.round((performance.now() - indexing) / 1_000);
  const indexed = residentMiB();

  acknowledged.length = 0;
  answered.length = 0;
  const memory: { readonly at: number; readonly mib: number }[] = [];
  const begin = performance.now();
  const sampling = setInterval(
    () => memory.push({ at: performance.now() - begin, mib: residentMiB() }),
    SAMPLE_MS,
  );
  const asked: Promise<unknown>[] = [];
  for (let at = 0; performance.now() - begin < SECONDS * 1_000; at += 1) {
    const place = places[(at * 7_919) % places.length];
    if (place) asked.push(at % 5 === 0 ? findAsGuest(place, at) : find(place, at));
    if (place && at % 4 === 0) {
      posted.push(await post(place));
      const gone = posted.shift();
      if (gone) fake.erase([gone]);
    }
    await pause(Math.max(0, begin + ((at + 1) * 1_000) / PER_SECOND - performance.now()));
  }
  await Promise.all(asked);
  clearInterval(sampling);
  const meanOf = (part: typeof memory) =>
    Math.round(part.reduce((sum, { mib }) => sum + mib, 0) / Math.max(1, part.length));
  const quarter = Math.floor(memory.length / 4);
  const quarters = [0, 1, 2, 3].map((at) => meanOf(memory.slice(at * quarter, (at + 1) * quarter)));

  table(
    ["measure", "figure"],
    [
      ["servers, shards in one process", `${SERVERS}, ${count}`],
      ["pictures fetched, of one in each", `${fetched} of ${places.length}`],
      ["seconds until they were", seconds],
      ["memory, all servers connected, MiB", connected],
      ["memory, one picture of each indexed, MiB", indexed],
      [`memory in each quarter of ${SECONDS} s, MiB`, quarters.join(", ")],
      ["questions, unanswered, failed", `${answered.length}, ${unanswered}, ${failed}`],
      ["answers to a guest that told of a channel just closed to them", leaked],
      [
        "acknowledged, ms: p50, p95, slowest",
        [0.5, 0.95, 1].map((part) => share(acknowledged, part)).join(", "),
      ],
      ["answered, ms: p50, p95, slowest", [0.5, 0.95, 1].map((part) => share(answered, part)).join(", ")],
    ],
  );
  bot.kill("SIGTERM");
  await new Promise((resolve) => bot.once("exit", resolve));
  await fake.stop();
  process.exitCode = unanswered + failed + leaked > 0 ? 1 : 0;
});
