import { Locale, type LocalizationMap } from "discord.js";
import { de } from "../texts/de.ts";
import { type CommandTexts, english, type TextKey } from "../texts/english.ts";
import { es } from "../texts/es.ts";
import { fr } from "../texts/fr.ts";
import { ja } from "../texts/ja.ts";
import { pt } from "../texts/pt.ts";

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
