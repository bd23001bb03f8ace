/**
 * How fast `glimpse discord` acknowledges and answers while it reads the history of a channel with many pictures.
 * The program runs as users start it, against a small local Discord server.
 * Usage: npx tsx bench/discord-answers.ts [pictures]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { deployTo } from "../src/discord/deploy.ts";
import { FakeDiscord } from "../test/discord/fake/fake-discord.ts";
import { TOKEN } from "../test/discord/support/start-bot.ts";
import { eventually } from "../test/support/eventually.ts";
import { colourPatches } from "./colour-patches.ts";

const PICTURES = Number(process.argv[2] ?? 2_000);
const BETWEEN_QUESTIONS_MS = 250;
const ALLOWED_MS = 3_000;
const QUESTIONS = ["a dog", "a city at night", "food on a table", "people at the sea"];

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "glimpse-bench-"));
const fake = await FakeDiscord.start();
fake.publicGateway = "wss://gateway.discord.gg";
const guild = fake.guild("bench");
const channel = fake.channel(guild, "pictures");
const invoker = { userId: guild.ownerId, channel };
const past = Date.now() - 86_400_000;
for (let at = 0; at < PICTURES; at++) {
  const pictures = [await colourPatches(at)];
  fake.post(channel, { pictures, announce: false, at: past + at * 1_000 });
}
await deployTo({ token: TOKEN, api: fake.api });

const bot = spawn(
  process.execPath,
  [
    "--require",
    `${root}test/discord/support/reach-fake.cjs`,
    "--import",
    "tsx",
    "src/cli/main.ts",
    "discord",
  ],
  {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      DISCORD_TOKEN: TOKEN,
      GLIMPSE_LIBRARY: folder,
      GLIMPSE_MODEL: "pocket",
      GLIMPSE_LOG_LEVEL: "warn",
      FAKE_DISCORD_PORT: new URL(fake.origin).port,
    },
  },
);
await fake.waitForConnection();

const acknowledged: number[] = [];
const answered: number[] = [];
const memory: number[] = [];

/** Sends a command and waits for the reply. */
async function runCommand(name: string, options: Parameters<typeof fake.slash>[2] = {}): Promise<string> {
  const begin = performance.now();
  const answer = fake.slash(invoker, name, options);
  await eventually(() => {
    if (answer.edits.length === 0) throw new Error(`/${name} was not answered`);
  });
  acknowledged.push(answer.ackMs ?? Number.POSITIVE_INFINITY);
  answered.push(performance.now() - begin);
  return answer.text;
}

function residentMiB(): number {
  const status = readFileSync(`/proc/${bot.pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024);
}

const begin = performance.now();
await runCommand("index add", { channel: { channel } });
for (let at = 0; ; at++) {
  await runCommand("find", { query: { value: `${QUESTIONS[at % QUESTIONS.length]} ${at}` } });
  if (process.platform === "linux") memory.push(residentMiB());
  if ((await runCommand("index status")).includes("complete")) break;
  await pause(BETWEEN_QUESTIONS_MS);
}
const seconds = (performance.now() - begin) / 1_000;

const share = (values: readonly number[], part: number) =>
  Math.round([...values].sort((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? 0);
const line = (values: readonly number[]) =>
  `p50 ${share(values, 0.5)} ms, p99 ${share(values, 0.99)} ms, p100 ${share(values, 1)} ms`;
console.log(
  `${PICTURES} pictures of history in ${seconds.toFixed(1)} s, ${answered.length} interactions meanwhile`,
);
console.log(`acknowledged: ${line(acknowledged)} (Discord allows ${ALLOWED_MS} ms)`);
console.log(`answered:     ${line(answered)}`);
if (memory.length > 0)
  console.log(`memory of the bot's process: ${memory[0]} MiB at first, ${memory.at(-1)} MiB at the end`);

bot.kill("SIGTERM");
await new Promise((resolve) => bot.once("exit", resolve));
await fake.stop();
rmSync(folder, { recursive: true });
process.exitCode = Math.max(...acknowledged) < ALLOWED_MS ? 0 : 1;
