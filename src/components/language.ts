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
  /** Of 0..1, in per cent; a dash for none. */
  readonly formatShare: (share: number | null) => string;
  readonly formatBytes: (bytes: number) => string;
  /** Of "2024-06-01T12:00:00", as its own clock shows it. */
  readonly formatDate: (iso: string) => string;
  readonly formatDay: (day: string) => string;
  /** Of "2024-06". */
  readonly formatMonth: (month: string) => string;
  /** In the largest unit that is not 0, up to hours. */
  readonly formatDuration: (ms: number) => string;
}

/** One file per language: add it here. English is what every other one is checked against. */
const TEXTS: Readonly<Record<string, Texts>> = { en, de };

/** Of the tags that a reader prefers, best first, the first that there are words for; else English. */
export function languageFor(preferred: readonly string[]): Language {
  const tag = preferred.map((one) => one.slice(0, 2).toLowerCase()).find((one) => one in TEXTS) ?? "en";
  // Made once: making one takes far longer than using it, and a grid names a day at every picture.
  const numbers = new Intl.NumberFormat(tag);
  const times = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  const days = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeZone: "UTC" });
  const months = new Intl.DateTimeFormat(tag, { month: "short", year: "numeric", timeZone: "UTC" });
  return {
    tag,
    texts: TEXTS[tag] ?? en,
    formatNumber: (value) => numbers.format(value),
    formatShare: (share) => (share === null ? "–" : share.toLocaleString(tag, { style: "percent" })),
    formatBytes: (bytes) => formatBytes(bytes, tag),
    formatDate: (iso) => formatClock(`${iso.slice(0, 19)}Z`, times) ?? iso,
    formatDay: (day) => formatClock(`${day}T00:00:00Z`, days) ?? day,
    formatMonth: (month) => formatClock(`${month}-01T00:00:00Z`, months) ?? month,
    formatDuration: (ms) => formatDuration(ms, tag),
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
function formatClock(iso: string, format: Intl.DateTimeFormat): string | undefined {
  const clock = new Date(iso);
  return Number.isNaN(clock.getTime()) ? undefined : format.format(clock);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function formatDuration(ms: number, tag: string): string {
  const [size, unit] =
    ms >= HOUR_MS
      ? ([HOUR_MS, "hour"] as const)
      : ms >= MINUTE_MS
        ? ([MINUTE_MS, "minute"] as const)
        : ([1000, "second"] as const);
  const value = Math.max(1, Math.round(ms / size));
  return value.toLocaleString(tag, { style: "unit", unit, unitDisplay: "long" });
}
