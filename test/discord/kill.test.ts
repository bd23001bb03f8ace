import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployTo } from "../../src/discord/deploy.ts";
import { eventually } from "../support/eventually.ts";
import { startScript } from "../support/start-script.ts";
import { DiscordHarness, picture } from "./support/harness.ts";
import { TOKEN } from "./support/start-bot.ts";

let harness: DiscordHarness;
const started: ChildProcess[] = [];

beforeAll(async () => {
  harness = await DiscordHarness.start();
  await deployTo({ token: TOKEN, api: harness.fake.api });
});

afterAll(async () => {
  for (const bot of started) bot.kill("SIGKILL");
  await harness.dispose();
});

function startProcess(): ChildProcess {
  const script = new URL("./support/bot-child.ts", import.meta.url);
  const bot = startScript(script, [harness.folder, harness.fake.origin], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  started.push(bot);
  return bot;
}

async function kill(bot: ChildProcess): Promise<void> {
  const gone = once(bot, "exit");
  bot.kill("SIGKILL");
  await gone;
  harness.fake.gateway.forgetSessions();
}

test("killed repeatedly during a backfill, it ends up with every picture exactly once", async () => {
  const { fake, general } = harness;
  const past = Date.now() - 86_400_000;
  const posted = Array.from({ length: 360 }, (_, at) =>
    fake.post(general, {
      pictures: at % 3 === 0 ? [] : [picture(`number ${at}`)],
      announce: false,
      at: past + at * 1_000,
    }),
  );
  let bot = startProcess();
  await fake.waitForConnection();
  await harness.slash(harness.asOwner, "index add", { channel: { channel: general } });
  for (const enough of [20, 150]) {
    await eventually(async () =>
      expect((await harness.placedMessageIds()).length).toBeGreaterThanOrEqual(enough),
    );
    await kill(bot);
    // People keep posting while it is down.
    posted.push(fake.post(general, { pictures: [picture(`missed after ${enough}`)] }));
    bot = startProcess();
  }
  await eventually(async () => {
    const withPictures = posted.filter(({ attachments }) => attachments.length > 0);
    expect(await harness.placedMessageIds()).toEqual(withPictures.map(({ id }) => id).sort());
  });
  await harness.waitForIndexed(general);

  const exit = once(bot, "exit");
  bot.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
});
