import { Locale } from "discord.js";
import { de } from "./de.ts";
import { type AnswerTexts, type BotTexts, english } from "./english.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import { pt } from "./pt.ts";

/** One file per language: add it here, for each locale of Discord that reads it. All others read English. */
export const translations: Partial<Readonly<Record<Locale, BotTexts>>> = {
  [Locale.German]: de,
  [Locale.French]: fr,
  [Locale.SpanishES]: es,
  [Locale.SpanishLATAM]: es,
  [Locale.PortugueseBR]: pt,
  [Locale.Japanese]: ja,
};

const byLocale: ReadonlyMap<string, BotTexts> = new Map(Object.entries(translations));

/** @param locale of one reader, or what a server prefers, for what all of it read */
export const answersIn = (locale: string | null | undefined): AnswerTexts =>
  (byLocale.get(locale ?? "") ?? english).answers;
