import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";

/** One file per language: add it here. English is what every other one is checked against. */
const LANGUAGES: Readonly<Record<string, Texts>> = { en, de };

export const language =
  navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in LANGUAGES) ?? "en";

export const texts: Texts = LANGUAGES[language] ?? en;

export const formatNumber = (value: number): string => value.toLocaleString(language);

const BYTES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const options = { style: "unit", unit: BYTES[power] ?? "byte", unitDisplay: "short" } as const;
  return (bytes / 1000 ** power).toLocaleString(language, { ...options, maximumFractionDigits: 1 });
}

/** Of "2024-06-01T12:00:00", as its own clock shows it. */
export function formatDate(iso: string): string {
  const clock = new Date(`${iso.slice(0, 19)}Z`);
  if (Number.isNaN(clock.getTime())) return iso;
  return clock.toLocaleString(language, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
}

export function formatDay(day: string): string {
  const clock = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(clock.getTime())) return day;
  return clock.toLocaleDateString(language, { dateStyle: "medium", timeZone: "UTC" });
}
