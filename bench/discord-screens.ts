/**
 * Answers of the bot as pictures of a narrow phone, drawn from the JSON that it sends, in every language, to be looked at.
 * Usage: npm run bench -- discord-screens FOLDER
 */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLibrary } from "../src/core/open-library.ts";
import { untrustedLimits } from "../src/discord/main.ts";
import { FakeDiscord } from "../test/discord/fake/fake-discord.ts";
import type { FakeReply } from "../test/discord/fake/interactions.ts";
import { messagePage } from "../test/discord/support/message-page.ts";
import { startBot } from "../test/discord/support/start-bot.ts";
import { newContext, startChromium } from "../test/support/chromium.ts";
import { eventually } from "../test/support/eventually.ts";
import { inTemporaryFolder } from "./report.ts";

const WIDTH = 390;
const target = process.argv[2] ?? "discord-screens";
const samples = fileURLToPath(new URL("../samples/", import.meta.url));
const pictures = readdirSync(samples, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.(png|jpe?g|webp)$/.test(name),
);

await inTemporaryFolder("glimpse-screens-", async (directory) => {
  const browser = await startChromium();
  if (!browser) throw new Error("Chromium is needed.");
  const library = await openLibrary({ directory, model: "pocket", limits: untrustedLimits() });
  const fake = await FakeDiscord.start();
  const guild = fake.guild("home");
  const channel = fake.channel(guild, "general");
  const bot = await startBot(fake, library);
  const answered = async (answer: FakeReply): Promise<FakeReply> => {
    await eventually(() => {
      if (answer.edits.length === 0) throw new Error("no answer yet");
    });
    return answer;
  };
  const viewer = (locale: string) => ({ userId: guild.ownerId, channel, locale });
  await answered(fake.slash(viewer("en-US"), "index add", { channel: { channel } }));
  for (const name of pictures.slice(0, 24))
    fake.post(channel, {
      pictures: [readFileSync(join(samples, name))],
      filename: name.replaceAll("/", " "),
    });
  const ids = async () => (await library.posts.placements({ guildId: guild.id })).length;
  await eventually(async () => {
    if ((await ids()) < Math.min(24, pictures.length)) throw new Error("not all are indexed yet");
  });
  mkdirSync(target, { recursive: true });
  const context = await newContext(browser, {
    viewport: { width: WIDTH, height: 800 },
    deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  let tooWide = 0;
  const draw = async (name: string, answer: FakeReply) => {
    await page.setContent(messagePage(answer.reply));
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    if (width > WIDTH) {
      tooWide += 1;
      console.log(`${name} is ${width} pixels wide`);
    }
    await page.screenshot({ path: join(target, `${name}.png`), fullPage: true });
  };
  for (const [at, locale] of ["en-US", "de", "fr", "es-ES", "pt-BR", "ja"].entries()) {
    const found = await answered(
      fake.slash(viewer(locale), "find", { query: { value: "a boat on the water" } }),
    );
    await draw(`${locale} find`, found);
    const filter = found.reply.components.find(({ customId }) => customId.startsWith("filter:"));
    await draw(`${locale} filters`, await answered(fake.press(viewer(locale), filter?.customId ?? "")));
    await draw(`${locale} help`, await answered(fake.slash(viewer(locale), "help")));
    const attachment = fake.attach(readFileSync(join(samples, pictures[at] ?? "")));
    await answered(fake.slash(viewer(locale), "scam mark", { picture: { attachment } }));
    await draw(`${locale} scam list`, await answered(fake.slash(viewer(locale), "scam list")));
    await draw(
      `${locale} scam watch`,
      await answered(fake.slash(viewer(locale), "scam watch", { channel: { channel } })),
    );
    const labels = { labels: { value: "spider, weapon" }, action: { value: "spoiler" } };
    await draw(`${locale} safety`, await answered(fake.slash(viewer(locale), "safety set", labels)));
    const saved = { query: { value: `boat ${locale}` }, dm: { value: true } };
    await draw(`${locale} saved add`, await answered(fake.slash(viewer(locale), "saved add", saved)));
    await draw(`${locale} saved list`, await answered(fake.slash(viewer(locale), "saved list")));
    await draw(`${locale} duplicates`, await answered(fake.slash(viewer(locale), "duplicates")));
  }
  await browser.close();
  await bot.stop();
  await library.close();
  await fake.stop();
  console.log(`Drawn into ${target}, ${tooWide} wider than a phone.`);
  process.exitCode = tooWide > 0 ? 1 : 0;
});
