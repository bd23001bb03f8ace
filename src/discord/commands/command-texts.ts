import type { Locale, LocalizationMap } from "discord.js";

type CommandText = readonly [name: string, description: string];

/** Names and descriptions of every command and option. Keys are paths. */
const english = {
  find: ["find", "Find pictures by what they show"],
  "find.query": ["query", "What the picture shows, such as: golden retriever on a beach"],
  "find.image": ["image", "Find pictures like this one; together with words, both count"],
  "find.channel": ["channel", "Only this channel and its threads"],
  "find.author": ["author", "Only pictures posted by this person"],
  "find.since": ["since", "Only from this day on: 2026-03-01, 7d, 4w, 6m, 1y, yesterday"],
  "find.until": ["until", "Only up to and including this day: 2026-03-01, 2026-03, 4w, yesterday"],
  "find.sort": ["sort", "Order of the pictures"],
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
  autotag: ["autotag", "Tag pictures as they are posted in a channel"],
  "autotag.channel": ["channel", "The channel"],
  "autotag.mode": ["mode", "How tags show themselves"],
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

/** Translations by locale; what is missing stays English. */
const translations: Partial<Record<Locale, Partial<Record<TextKey, CommandText>>>> = {};

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

function localised(key: TextKey, part: 0 | 1): LocalizationMap {
  const found = Object.entries(translations).map(([locale, table]) => [locale, table[key]?.[part]]);
  return Object.fromEntries(found.filter(([, text]) => text !== undefined));
}
