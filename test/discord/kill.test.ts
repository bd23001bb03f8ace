import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployTo } from "../../src/discord/deploy.ts";
import { eventually } from "./support/eventually.ts";
import { picture, Stage } from "./support/stage.ts";
import { TOKEN } from "./support/start-bot.ts";

let stage: Stage;
const started: ChildProcess[] = [];

beforeAll(async () => {
  stage = await Stage.set();
  await deployTo({ token: TOKEN, api: stage.fake.api });
});

afterAll(async () => {
  for (const bot of started) bot.kill("SIGKILL");
  await stage.strike();
});

function startProcess(): ChildProcess {
  const script = new URL("./support/bot-process.ts", import.meta.url).pathname;
  const bot = spawn(process.execPath, ["--import", "tsx", script, stage.folder, stage.fake.origin], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  started.push(bot);
  return bot;
}

async function kill(bot: ChildProcess): Promise<void> {
  const gone = once(bot, "exit");
  bot.kill("SIGKILL");
  await gone;
  stage.fake.gateway.forgetSessions();
}

test("killed again and again while it reads history, it ends with every picture once", async () => {
  const { fake, general } = stage;
  const past = Date.now() - 86_400_000;
  const posted = Array.from({ length: 360 }, (_, at) =>
    fake.post(general, {
      pictures: at % 3 === 0 ? [] : [picture(`number ${at}`)],
      announce: false,
      at: past + at * 1_000,
    }),
  );
  let bot = startProcess();
  await fake.untilConnected();
  await stage.ask(stage.asOwner, "index add", { channel: { channel: general } });
  for (const enough of [20, 150]) {
    await eventually(
      async () => expect((await stage.placed()).length).toBeGreaterThanOrEqual(enough),
      20_000,
    );
    await kill(bot);
    // While it is dead, people go on posting.
    posted.push(fake.post(general, { pictures: [picture(`missed after ${enough}`)] }));
    bot = startProcess();
  }
  await eventually(async () => {
    const withPictures = posted.filter(({ attachments }) => attachments.length > 0);
    expect(await stage.placed()).toEqual(withPictures.map(({ id }) => id).sort());
  }, 25_000);
  await stage.untilIndexed(general);

  const exit = once(bot, "exit");
  bot.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
}, 60_000);
