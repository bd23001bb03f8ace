import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { de } from "./texts/de.ts";
import { en, type Texts } from "./texts/en.ts";

/** The words of one language, and how it writes numbers and dates. */
export interface Language {
  /** Such as "en". */
  readonly tag: string;
  readonly texts: Texts;
  readonly formatNumber: (value: number) => string;
  readonly formatBytes: (bytes: number) => string;
  /** Of "2024-06-01T12:00:00", as its own clock shows it. */
  readonly formatDate: (iso: string) => string;
  readonly formatDay: (day: string) => string;
}

/** One file per language: add it here. English is what every other one is checked against. */
const TEXTS: Readonly<Record<string, Texts>> = { en, de };

/** Of the tags that a reader prefers, best first, the first that there are words for; else English. */
export function languageFor(preferred: readonly string[]): Language {
  const tag = preferred.map((one) => one.slice(0, 2).toLowerCase()).find((one) => one in TEXTS) ?? "en";
  return {
    tag,
    texts: TEXTS[tag] ?? en,
    formatNumber: (value) => value.toLocaleString(tag),
    formatBytes: (bytes) => formatBytes(bytes, tag),
    formatDate: (iso) =>
      formatClock(`${iso.slice(0, 19)}Z`, tag, { dateStyle: "long", timeStyle: "short" }) ?? iso,
    formatDay: (day) => formatClock(`${day}T00:00:00Z`, tag, { dateStyle: "medium" }) ?? day,
  };
}

const LanguageContext = createContext(languageFor([]));

/** Around everything that is in another language than English. */
export const LanguageProvider = LanguageContext.Provider;

export const useLanguage = (): Language => useContext(LanguageContext);

const BYTES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

function formatBytes(bytes: number, tag: string): string {
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const options = { style: "unit", unit: BYTES[power] ?? "byte", unitDisplay: "short" } as const;
  return (bytes / 1000 ** power).toLocaleString(tag, { ...options, maximumFractionDigits: 1 });
}

/** Undefined for what is no time. */
function formatClock(iso: string, tag: string, style: Intl.DateTimeFormatOptions): string | undefined {
  const clock = new Date(iso);
  if (Number.isNaN(clock.getTime())) return undefined;
  return clock.toLocaleString(tag, { ...style, timeZone: "UTC" });
}
