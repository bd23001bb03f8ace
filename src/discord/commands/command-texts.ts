import type { LocalizationMap } from "discord.js";
import { english, type TextKey } from "../texts/english.ts";
import { translations } from "../texts/languages.ts";

/** The name and description fields of a command's or option's JSON, with their translations. */
export function commandText(key: TextKey) {
  const [name, description] = english.commands[key];
  return {
    ...menuText(key),
    name,
    description,
    description_localizations: localised(key, 1),
  };
}

/** Context-menu commands have a name only. */
export function menuText(key: TextKey) {
  const [name] = english.commands[key];
  return { name, name_localizations: localised(key, 0) };
}

/** A choice shows its name only. */
export const choiceText = (key: TextKey, value: string) => ({ ...menuText(key), value });

function localised(key: TextKey, part: 0 | 1): LocalizationMap {
  const found = Object.entries(translations).map(([locale, table]) => [locale, table.commands[key][part]]);
  return Object.fromEntries(found.filter(([, text]) => text !== undefined));
}
