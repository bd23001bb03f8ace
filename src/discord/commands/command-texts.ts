import { Locale, type LocalizationMap } from "discord.js";
import { de } from "./translations/de.ts";
import { es } from "./translations/es.ts";
import { fr } from "./translations/fr.ts";
import { ja } from "./translations/ja.ts";
import { pt } from "./translations/pt.ts";

type CommandText = readonly [name: string, description: string];

/** Names and descriptions of every command and option, and the names of choices. Keys are paths. */
const english = {
  help: ["help", "What the bot can do"],
  find: ["find", "Find pictures by what they show"],
  "find.query": ["query", "What the picture shows, such as: golden retriever on a beach"],
  "find.image": ["image", "Find pictures like this one; together with words, both count"],
  "find.channel": ["channel", "Only this channel and its threads"],
  "find.author": ["author", "Only pictures posted by this person"],
  "find.since": ["since", "Only from this day on: 2026-03-01, 7d, 4w, 6m, 1y, yesterday"],
  "find.until": ["until", "Only up to and including this day: 2026-03-01, 2026-03, 4w, yesterday"],
  "find.sort": ["sort", "Order of the pictures"],
  "find.sort.relevance": ["relevance", ""],
  "find.sort.newest": ["newest", ""],
  "find.sort.oldest": ["oldest", ""],
  "find.caption": ["caption", "Only where the message says this (where the server keeps captions)"],
  "find-similar": ["Find similar", ""],
  "classify-picture": ["Classify", ""],
  classify: ["classify", "Say what a picture shows"],
  "classify.image": ["image", "The picture"],
  "classify.labels": ["labels", "Choose among these, separated by commas: cat, dog, car"],
  duplicates: ["duplicates", "Pictures that were posted more than once"],
  "duplicates.channel": ["channel", "Only this channel and its threads"],
  "duplicates.since": ["since", "Only from this day on: 2026-03-01, 7d, 4w, 6m, 1y, yesterday"],
  index: ["index", "Choose whose pictures can be found"],
  "index.add": ["add", "Make the pictures of a channel findable, old and new"],
  "index.add.channel": ["channel", "The channel, or a category with all of its channels"],
  "index.add.all": ["all", "All channels that you and the bot can read"],
  "index.add.except": ["except", "Not these: #channel #channel"],
  "index.remove": ["remove", "Forget the pictures of a channel"],
  "index.status": ["status", "What is indexed, and how far"],
  "index.pause": ["pause", "Stop taking pictures from a channel for now"],
  "index.resume": ["resume", "Go on where it was paused"],
  "index.channel": ["channel", "The channel"],
  "index.captions": ["captions", "Keep message text with pictures, so that /find can search it"],
  "index.captions.keep": ["keep", "No erases every caption kept so far"],
  "index.text": ["text", "Read the text in pictures, so that /find finds its words"],
  "index.text.read": ["read", "No erases all text read so far"],
  "index.retention": ["retention", "Erase pictures from the index after some time"],
  "index.retention.days": ["days", "Days to keep them; 0 keeps them for good"],
  "index.proxies": ["proxies", "Who counts as posting what PluralKit or Tupperbox post"],
  "index.proxies.author": ["author", "The webhook, or the member behind, whom /privacy then reaches"],
  "index.proxies.webhook": ["webhook", ""],
  "index.proxies.member": ["member", ""],
  autotag: ["autotag", "Tag pictures as they are posted in a channel"],
  "autotag.set": ["set", "How pictures of a channel are tagged; what you leave out stays as it is"],
  "autotag.list": ["list", "The rules of all channels"],
  "autotag.allow": ["allow", "Pictures that may be posted again without a notice"],
  "autotag.allow.message": ["message", "Link of a message with them"],
  "autotag.allow.again": ["again", "No takes it back"],
  "autotag.repost-wait": [
    "repost-wait",
    "Hours after which a picture posted again is pointed out; 0 at once",
  ],
  "autotag.channel": ["channel", "The channel"],
  "autotag.mode": ["mode", "How tags show themselves"],
  "autotag.mode.off": ["off", ""],
  "autotag.mode.react": ["react with the tag's emoji", ""],
  "autotag.mode.log": ["write to a log channel", ""],
  "autotag.mode.reply": ["reply to the picture", ""],
  "autotag.labels": ["labels", "The tags to choose among, separated by commas"],
  "autotag.threshold": ["threshold", "How sure to be, 0.05 to 0.95"],
  "autotag.log": ["log", "Where mode “log channel” writes"],
  "autotag.reposts": ["reposts", "Also say when a picture was posted before"],
  privacy: ["privacy", "Your own pictures: keep them out, erase them, see what is kept"],
  "privacy.opt-out": ["opt-out", "Erase your pictures and take no new ones"],
  "privacy.opt-in": ["opt-in", "Let your new pictures be found again"],
  "privacy.delete": ["delete", "Erase your pictures posted so far"],
  "privacy.export": ["export", "A file with everything kept about your pictures"],
  status: ["status", "How the bot is doing here"],
} as const satisfies Record<string, CommandText>;

export type TextKey = keyof typeof english;

/** All texts in one language: the compiler names those that lack. */
export type CommandTexts = Readonly<Record<TextKey, CommandText>>;

/** By the locale of who reads them; all others read English. */
export const translations: Partial<Record<Locale, CommandTexts>> = {
  [Locale.German]: de,
  [Locale.French]: fr,
  [Locale.SpanishES]: es,
  [Locale.SpanishLATAM]: es,
  [Locale.PortugueseBR]: pt,
  [Locale.Japanese]: ja,
};

/** The name and description fields of a command's or option's JSON, with their translations. */
export function commandText(key: TextKey) {
  const [name, description] = english[key];
  return {
    ...menuText(key),
    name,
    description,
    description_localizations: localised(key, 1),
  };
}

/** Context-menu commands have a name only. */
export function menuText(key: TextKey) {
  const [name] = english[key];
  return { name, name_localizations: localised(key, 0) };
}

/** A choice shows its name only. */
export const choiceText = (key: TextKey, value: string) => ({ ...menuText(key), value });

function localised(key: TextKey, part: 0 | 1): LocalizationMap {
  const found = Object.entries(translations).map(([locale, table]) => [locale, table[key]?.[part]]);
  return Object.fromEntries(found.filter(([, text]) => text !== undefined));
}
