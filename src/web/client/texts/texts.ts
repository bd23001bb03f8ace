import { languageFor } from "../../../components/language.ts";

/** As the browser prefers. */
export const language = languageFor(navigator.languages);

export const { texts, formatNumber, formatShare, formatBytes, formatDuration, formatDate, formatMonth } =
  language;
