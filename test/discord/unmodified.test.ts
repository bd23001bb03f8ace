import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { glimpseMain } from "../support/run-glimpse.ts";
import { addressesIn, canTrace, tracing } from "../support/system-trace.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { FakeDiscord } from "./fake/fake-discord.ts";
import { TOKEN } from "./support/start-bot.ts";

/** `glimpse discord` as people start it, with the built-in model; only its connections to Discord are redirected. */

const root = new URL("../../", import.meta.url);
const samples = new URL("samples/", root);
const preload = new URL("support/reach-fake.cjs", import.meta.url).pathname;
const pictures = readdirSync(samples, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.(png|jpe?g|webp)$/.test(name),
);
const folder = temporaryFolder();
const trace = join(temporaryFolder(), "trace");
let fake: FakeDiscord;
let bot: ChildProcess | undefined;

beforeAll(async () => {
  fake = await FakeDiscord.start();
  fake.publicGateway = "wss://gateway.discord.gg";
});

afterAll(async () => {
  bot?.kill("SIGKILL");
  await fake.stop();
});

const command = ["--require", preload, glimpseMain, "discord"];
const options = () => ({
  cwd: root,
  env: {
    ...process.env,
    DISCORD_TOKEN: TOKEN,
    GLIMPSE_LIBRARY: folder,
    GLIMPSE_MODEL: "pocket",
    FAKE_DISCORD_PORT: new URL(fake.origin).port,
  },
});

test.skipIf(pictures.length === 0)(
  "the program deploys its commands, runs, indexes, finds, and stops on a signal",
  async () => {
    const deployed = await promisify(execFile)(process.execPath, [...command, "deploy"], options());
    expect(deployed.stderr + deployed.stdout).toContain("find");
    expect(fake.commands.get("global")?.map(({ name }) => name)).toContain("find");

    const guild = fake.guild("home");
    const general = fake.channel(guild, "general");
    const posted = pictures.slice(0, 12).map((name) => {
      const bytes = readFileSync(new URL(name, samples));
      const filename = name.split("/").at(-1) ?? "picture.png";
      return fake.post(general, { pictures: [bytes], filename, announce: false });
    });
    const [program = "", ...args] = [...(canTrace ? tracing(trace) : []), process.execPath, ...command];
    bot = spawn(program, args, { ...options(), stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    bot.stderr?.on("data", (chunk) => {
      log += chunk;
    });
    await eventually(() => expect(log).toContain("connected to Discord"));
    const caller = { userId: guild.ownerId, channel: general };
    const add = fake.slash(caller, "index add", { channel: { channel: general } });
    await eventually(() => expect(add.text).toContain("will be indexed"));
    await eventually(async () => {
      const status = fake.slash(caller, "index status");
      await eventually(() => expect(status.text).not.toBe(""));
      expect(status.text).toContain(`complete** · ${posted.length} messages read`);
    });

    const found = fake.slash(caller, "find", { query: { value: "a picture" } });
    await eventually(() => expect(found.reply.files).toHaveLength(Math.min(9, posted.length)));
    expect(found.ephemeral).toBe(true);
    expect(found.reply.files[0]?.bytes.subarray(8, 12)).toEqual(new Uint8Array(Buffer.from("WEBP")));

    const exit = once(bot, "exit");
    bot.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
    expect(log).not.toContain(TOKEN);
    expect(log).not.toContain("secretsignature");
    if (canTrace) await eventually(() => expect(addressesIn(trace)).toEqual([new URL(fake.origin).host]));
  },
);
