import { expect, test } from "vitest";
import { escapeUnprintable } from "../../src/core/index.ts";
import { commands } from "../../src/discord/commands/index.ts";
import { parseLabels } from "../../src/discord/commands/options.ts";
import { attachmentUrl } from "../../src/discord/gateway/download.ts";
import {
  isLater,
  pictureAttachments,
  rawMessage,
  snowflakeAt,
  timestampOf,
} from "../../src/discord/gateway/payloads.ts";
import { createLog, redact } from "../../src/discord/log.ts";
import { nameOnOneLine, oneLine, quoted, quotedName } from "../../src/discord/message-text.ts";
import { RateLimit } from "../../src/discord/rate-limit.ts";
import { customId, pageNumber, parseCustomId } from "../../src/discord/results/custom-id.ts";
import { cleanTagLabel, parseTagLabel, reactionName } from "../../src/discord/results/tag-labels.ts";

const path = "/attachments/1/2/picture.png?ex=66&is=65&hm=ab";

test.each([
  `https://cdn.discordapp.com${path}`,
  `https://media.discordapp.net${path}`,
  "https://cdn.discordapp.com/ephemeral-attachments/1/2/a%20b.png",
])("fetches %s", (address) => {
  expect(attachmentUrl(address)?.href).toBe(address);
});

test.each([
  `http://cdn.discordapp.com${path}`,
  `https://cdn.discordapp.com:8443${path}`,
  `https://user:pass@cdn.discordapp.com${path}`,
  `https://cdn.discordapp.com.evil.example${path}`,
  `https://evil.example/https://cdn.discordapp.com${path}`,
  `https://cdn.discordapp.com@evil.example${path}`,
  "https://cdn.discordapp.com/attachments/../emojis/1.png",
  "https://cdn.discordapp.com/attachments/1/2/%2e%2e/%2e%2e/x/y.png/z",
  "https://cdn.discordapp.com/avatars/1/2.png",
  "https://127.0.0.1/attachments/1/2/a.png",
  "https://169.254.169.254/attachments/1/2/a.png",
  "file:///attachments/1/2/a.png",
  "//cdn.discordapp.com/attachments/1/2/a.png",
  "",
])("does not fetch %s", (address) => {
  expect(attachmentUrl(address)).toBeUndefined();
});

const ofLink = (proxy_url: string) =>
  pictureAttachments(
    rawMessage.parse({
      id: "1",
      channel_id: "2",
      author: { id: "3" },
      embeds: [{ url: "https://a.example/x", thumbnail: { url: "https://a.example/x.png", proxy_url } }],
    }),
  );

test("pictures of links come from Discord's own proxy, and have ids that no attachment has", () => {
  const proxied = "https://images-ext-2.discordapp.net/external/hash/https/a.example/x.png";
  const [picture, ...more] = ofLink(proxied);
  expect(more).toEqual([]);
  expect(picture).toMatchObject({ url: proxied, filename: "a.example" });
  expect(BigInt(picture?.id ?? 0)).toBeGreaterThanOrEqual(10n ** 19n);
  expect(picture?.id).toMatch(/^\d{20}$/);
  expect(ofLink(proxied.replace("ext-2", "ext-1"))[0]?.id).toBe(picture?.id);
});

test.each([
  "https://a.example/x.png",
  "http://images-ext-1.discordapp.net/external/hash/https/a.example/x.png",
  "https://images-ext-1.discordapp.net.evil.example/external/hash/x.png",
  "https://images-ext-1.discordapp.net:8443/external/hash/x.png",
  "https://user@images-ext-1.discordapp.net/external/hash/x.png",
  "https://images-ext-1.discordapp.net/attachments/1/2/x.png",
  "https://images-ext-evil.discordapp.net/external/hash/x.png",
  "https://127.0.0.1/external/hash/x.png",
  "attachment://x.png",
  "",
])("takes no picture of a link from %s", (address) => {
  expect(ofLink(address)).toEqual([]);
});

test("a picture is recognised by its type or name, also in forwarded messages, and listed once", () => {
  const file = (id: string, filename: string, content_type?: string) => ({
    id,
    filename,
    size: 1,
    url: "",
    content_type,
  });
  const message = rawMessage.parse({
    id: "1",
    channel_id: "2",
    author: { id: "3" },
    attachments: [file("10", "a.png"), file("11", "b", "image/webp"), file("12", "c.svg", "image/svg+xml")],
    message_snapshots: [
      { message: { attachments: [file("10", "a.png"), file("13", "d.JPG"), file("14", "e.mp4")] } },
    ],
  });
  expect(pictureAttachments(message).map(({ id }) => id)).toEqual(["10", "11", "13", "14"]);
});

test("custom ids survive a round trip, and everything else is rejected", () => {
  expect(parseCustomId(customId("page", "aB-_9", 3, "n"))).toEqual({
    prefix: "page",
    args: ["aB-_9", "3", "n"],
  });
  for (const hostile of [
    "",
    ":",
    "page:",
    "page:a b",
    "page:../x",
    "página:1",
    "x".repeat(101),
    "page:\u202e",
  ]) {
    expect(parseCustomId(hostile), hostile).toBeUndefined();
  }
  expect(() => customId("page", "x".repeat(100))).toThrow(RangeError);
  expect([pageNumber("0"), pageNumber("99"), pageNumber("100"), pageNumber("-1"), pageNumber("1e1")]).toEqual(
    [0, 99, undefined, undefined, undefined],
  );
});

test("user text stays text", () => {
  expect(quoted("**a** _b_ `c` [d](https://e.example) <@1> @everyone ||f||")).not.toMatch(
    /(?<!\\)[*_`|[\]()]|<@|@everyone|:\/\//,
  );
  expect(oneLine("a\u202eb\u200b\n c\u200b", 100)).toBe("a b c");
  expect(oneLine("esc\u001b[31mred", 100)).toBe("esc\\x1b[31mred");
  expect(oneLine("x".repeat(50), 10)).toHaveLength(10);
  expect(oneLine("<@1>".repeat(30), 40).length).toBeLessThanOrEqual(40);
});

test("no name passes for another: what is not shown as it is becomes an escape, as in every face", () => {
  const names = ["a\nb.png", "a b.png", "a\u202eb.png", "a\u200bb.png", "a\\x0ab.png", "<@1>.png"];
  const shown = [
    "a\\x0ab.png",
    "a b.png",
    "a\\u{202e}b.png",
    "a\\u{200b}b.png",
    "a\\x5cx0ab.png",
    "<\u200b@1>.png",
  ];
  expect(names.map((name) => nameOnOneLine(name, 100))).toEqual(shown);
  expect(names.slice(0, 5).map((name) => nameOnOneLine(name, 100))).toEqual(
    names.slice(0, 5).map(escapeUnprintable),
  );
  expect(quotedName("a\nb_c_ [x](https://e.example)")).toBe(
    "a\\\\x0ab\\_c\\_ \\[x\\]\u200b\\(https:/\u200b/e.example\\)",
  );
  expect(nameOnOneLine("\n".repeat(50), 40).length).toBeLessThanOrEqual(40);
});

test("labels are split, cleaned and counted", () => {
  expect(parseLabels(" cat, dog ,,cat;red  car")).toEqual(["cat", "dog", "red car"]);
  expect(parseLabels(null)).toBeUndefined();
  expect(() => parseLabels(" , ")).toThrow("at least one label");
  expect(() => parseLabels(Array.from({ length: 51 }, (_, at) => `l${at}`).join())).toThrow("at most 50");
  expect(parseTagLabel("🐶 dog")).toEqual({ emoji: "🐶", text: "dog" });
  expect(parseTagLabel("dog")).toEqual({ emoji: "🏷️", text: "dog" });
  expect(parseTagLabel("🖥️ screenshot")).toEqual({ emoji: "🖥️", text: "screenshot" });
  expect(parseTagLabel("2 dogs")).toEqual({ emoji: "🏷️", text: "2 dogs" });
});

test.each(["🇩🇪", "👨‍👩‍👧", "1️⃣", "👍🏽", "🏳️‍🌈", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "<:cat_face:123456789>", "<a:party:987>"])(
  "%s is one emoji of a label, kept as it was typed",
  (emoji) => {
    const label = cleanTagLabel(` ${emoji} red @everyone <@1> `);
    expect(parseTagLabel(label).emoji).toBe(emoji);
    expect(parseTagLabel(label).text).toBe("red @\u200beveryone <\u200b@1>");
  },
);

test("an emoji written as text becomes a picture, and one of a server is named for a reaction", () => {
  expect(parseTagLabel("❤ love")).toEqual({ emoji: "❤️", text: "love" });
  expect(reactionName("<a:party:987>")).toBe("party:987");
  expect(reactionName("🇩🇪")).toBe("🇩🇪");
});

test("a bucket lets a burst through, then one at a time", () => {
  const limit = new RateLimit({ burst: 3, perMs: 3_000 });
  expect([limit.take("a", 0), limit.take("a", 0), limit.take("a", 0), limit.take("a", 0)]).toEqual([
    0, 0, 0, 1,
  ]);
  expect(limit.take("b", 0)).toBe(0);
  expect([limit.take("a", 1_000), limit.take("a", 1_000)]).toEqual([0, 1]);
});

test("ids carry their time and their order", () => {
  const time = Date.UTC(2026, 5, 1);
  expect(timestampOf(snowflakeAt(time))).toBe(time);
  expect(isLater("100", "99")).toBe(true);
});

test("a log line contains no secret", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => void lines.push(line) });
  const secrets = [
    "MTAwMDAwMDAwMDAwMDAwMDAw.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB",
    "https://cdn.discordapp.com/attachments/1/2/a.png?ex=6600&is=6500&hm=deadbeef&",
    "https://discord.com/api/v10/webhooks/1/aW50ZXJhY3Rpb246dG9rZW4/messages/@original",
  ];
  const error = Object.assign(new Error(secrets.join(" ")), {
    url: secrets[2],
    requestBody: { json: "hidden words" },
  });
  log.warn({ error }, "failed");
  expect(lines.join()).not.toMatch(/GabcdE|deadbeef|6600|aW50ZXJh|hidden words/);
  expect(redact("nothing to hide")).toBe("nothing to hide");
});

interface Option {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly options?: readonly Option[];
  readonly choices?: readonly { readonly name: string }[];
}

test("every command is within Discord's limits", () => {
  expect(commands.filter(({ kind }) => kind === "message-menu").length).toBeLessThanOrEqual(15);
  expect(new Set(commands.map(({ data }) => data.name)).size).toBe(commands.length);
  for (const { data, kind } of commands) {
    expect(data.contexts?.length, data.name).toBeGreaterThan(0);
    expect(data.integration_types?.length, data.name).toBeGreaterThan(0);
    if (kind === "message-menu") {
      expect(data.name.length).toBeLessThanOrEqual(32);
      expect(data).not.toHaveProperty("description");
    } else checkOption(data as Option);
    expect(charactersOf(data), data.name).toBeLessThan(8_000);
  }
});

/** Of names, descriptions and values, each in its longest language, as Discord counts them. */
function charactersOf(node: unknown): number {
  if (Array.isArray(node)) return node.reduce((sum: number, each) => sum + charactersOf(each), 0);
  if (typeof node !== "object" || node === null) return 0;
  const fields: Record<string, unknown> = { ...node };
  const own = ["name", "description", "value"].map((field) => {
    const localised = Object.values({ ...(fields[`${field}_localizations`] as object) });
    return Math.max(...[fields[field] ?? "", ...localised].map((text) => String(text).length));
  });
  const inner = Object.entries(fields).filter(([key]) => !key.endsWith("localizations"));
  return own.reduce((sum, length) => sum + length, 0) + charactersOf(inner.map(([, value]) => value));
}

function checkOption({ name, description, options = [], choices = [] }: Option): void {
  expect(name).toMatch(/^[-_\p{Ll}\p{N}]{1,32}$/u);
  expect(description?.length, name).toBeGreaterThanOrEqual(1);
  expect(description?.length, name).toBeLessThanOrEqual(100);
  expect(options.length, name).toBeLessThanOrEqual(25);
  expect(choices.length, name).toBeLessThanOrEqual(25);
  for (const choice of choices) expect(choice.name.length).toBeLessThanOrEqual(100);
  const required = options.map((option) => option.required === true);
  expect(
    [...required].sort((a, b) => Number(b) - Number(a)),
    name,
  ).toEqual(required);
  expect(new Set(options.map((option) => option.name)).size, name).toBe(options.length);
  for (const option of options) checkOption(option);
}
