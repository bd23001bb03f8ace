/**
 * Texts that differ in case or width alone come out equal, also where a capital is more than one letter ("STRASSE",
 * "Straße") or belongs to two of them (Σ to σ and ς).
 */
export const foldCase = (text: string): string =>
  text.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");

/** Labels and tags are compared in this form: case, width and spacing make no difference. */
export const foldLabel = (label: string): string => foldCase(tidyLabel(label));

/** One spelling for the eye: composed letters, single spaces. */
export function tidyLabel(label: string): string {
  return label.normalize("NFC").replace(/\s+/gu, " ").trim();
}
