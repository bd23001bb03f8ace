import { Locale } from "discord.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../src/discord/commands/index.ts";
import { type BotTexts, english, type TextKey } from "../../src/discord/texts/english.ts";
import { answersIn, translations } from "../../src/discord/texts/languages.ts";
import { pluralsIn } from "../../src/shared/plurals.ts";
import { eventually } from "../support/eventually.ts";
import { DiscordHarness, picture } from "./support/harness.ts";

/** Every text of an object of texts by its path; of those that count or name something, as said of these. */
function* textsOf(
  node: unknown,
  args: readonly unknown[],
  path = "",
): Generator<[path: string, text: string]> {
  if (typeof node === "string") yield [path, node];
  else if (typeof node === "function") yield [path, String(Reflect.apply(node, undefined, [...args]))];
  else for (const [key, inner] of Object.entries(node ?? {})) yield* textsOf(inner, args, `${path}.${key}`);
}

const said = ({ answers }: BotTexts, ...args: readonly unknown[]) => new Map(textsOf(answers, args));

/** Where a language says it just as English does. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  [Locale.German]: [".safety.at"],
  [Locale.French]: [".find.page"],
};

/** Discord's limits in characters, where they are lower than that of a message. */
const LIMITS: readonly (readonly [RegExp, number])[] = [
  [/^\.find\.(previous|next|show|similar|filter|closeFilters)$|^\.show\.takeBack$|^\.tags\.remove$/, 80],
  [/^\.find\.(which|hide|whoSees|by\w+)$/, 150],
  [/^\.find\.(none|(periods|orders)\.\w+)$/, 100],
];
const MAX_CONTENT = 2_000;

describe.each(Object.entries(translations))("in %s", (locale, texts) => {
  test("every answer is translated, whole, and tells what the English one tells", () => {
    const args = [7001, 7002, 7003];
    const theirs = said(texts, ...args);
    const digits = (text: string) => new Set(text.replace(/[.,\s\u00a0\u202f]/gu, "").match(/700\d/g));
    for (const [path, text] of said(english, ...args)) {
      const translated = theirs.get(path) ?? "";
      expect(translated.trim(), path).not.toBe("");
      expect(translated, path).not.toMatch(/undefined|NaN|#(?=\s|$)/);
      expect(digits(translated), path).toEqual(digits(text));
      if (!SAME[locale]?.includes(path)) expect(translated, path).not.toBe(text);
    }
  });

  test("no answer is longer than Discord takes", () => {
    for (const [path, text] of said(texts, 123_456_789, 123_456_789, 123_456_789)) {
      const limit = LIMITS.find(([pattern]) => pattern.test(path))?.[1] ?? MAX_CONTENT;
      expect(text.length, path).toBeLessThanOrEqual(limit);
    }
    expect(said(texts).get(".help.all")?.length).toBeLessThan(
      MAX_CONTENT - (said(texts).get(".help.managers")?.length ?? MAX_CONTENT),
    );
  });

  test("answers name commands as their reader sees them", () => {
    const slash = commands.filter(({ kind }) => kind === "slash").map(({ data }) => data.name);
    const keys = Object.keys(english.commands).filter((key): key is TextKey => key in english.commands);
    const names = keys.filter((key) => slash.includes(key)).map((key) => texts.commands[key][0]);
    let mentions = 0;
    for (const [path, text] of said(texts, 1, 2, 3)) {
      for (const [, command = "", then = ""] of text
        .replace(/https:\S+/g, "")
        .matchAll(/(?<![\p{L}\d])\/([\p{L}-]+)(?: ([\p{L}-]+))?/gu)) {
        mentions += 1;
        expect(names, `${path}: ${text}`).toContain(command);
        const key = keys.find((each) => !each.includes(".") && texts.commands[each][0] === command);
        const inEnglish = keys.find((each) => each === `${key}.${then}`);
        if (inEnglish) expect(then, `${path}: ${text}`).toBe(texts.commands[inEnglish][0]);
      }
    }
    expect(mentions).toBeGreaterThan(20);
  });
});

test("things are counted as each language counts", () => {
  const polish = pluralsIn("pl")({ one: "# obraz", few: "# obrazy", many: "# obrazów", other: "# obrazu" });
  expect([1, 3, 5, 22, 1.5].map(polish)).toEqual([
    "1 obraz",
    "3 obrazy",
    "5 obrazów",
    "22 obrazy",
    "1,5 obrazu",
  ]);
  expect(answersIn(Locale.French).pictures(0)).toBe("0 image");
  expect(answersIn(Locale.German).pictures(1_204)).toBe("1.204 Bilder");
  expect(answersIn(Locale.Japanese).pictures(1)).toBe("画像 1 枚");
  expect([0, 1, 1_204].map(answersIn("xx").pictures)).toEqual(["0 pictures", "1 picture", "1,204 pictures"]);
});

describe("on Discord", () => {
  let harness: DiscordHarness;
  beforeAll(async () => {
    harness = await DiscordHarness.start();
    harness.guild.preferredLocale = Locale.Japanese;
    await harness.startBot();
    await harness.index(harness.general);
  });
  afterAll(() => harness.dispose());

  test("a member reads their own language, and everybody in a channel that of the server", async () => {
    const { fake, guild, general } = harness;
    const ann = { member: fake.member(guild, "ann"), channel: general, locale: Locale.German };
    const posted = fake.post(general, { by: ann.member, pictures: [picture("red boat")] });
    await harness.waitForPlaced([posted]);
    const found = await harness.slash(ann, "find", { query: { value: "red boat" } });
    for (const words of ["unter 1 Bild", "[öffnen]", "gepostet", "Im Kanal zeigen", "Ähnliche"])
      expect(found.text).toContain(words);
    expect(found.text).not.toMatch(/posted|among|Show to channel/);
    const show = found.reply.components.find(({ customId }) => customId.startsWith("show:"));
    const shown = await harness.press(ann, show?.customId ?? "");
    await eventually(() => expect(shown.followUps).toHaveLength(1));
    expect(shown.text).toBe("Gezeigt.");
    expect(shown.followUps[0]?.text).toContain("が表示");
    const spanish = { ...ann, locale: Locale.SpanishLATAM };
    const refused = await harness.slash(spanish, "find", { since: { value: "algún día" } });
    expect(refused.text).toContain("«algún día» no es una fecha");
    expect((await harness.slash(spanish, "index status")).text).toContain("Solo puede hacerlo quien");
    expect((await harness.slash({ ...ann, locale: "tlh" }, "duplicates")).text).toContain("**No reposts**");
  });
});
