import { foldCase } from "./fold-case.ts";

/** Labels and tags are compared in this form: case, width and spacing make no difference. */
export const foldLabel = (label: string): string => foldCase(tidyLabel(label));

/** One spelling for the eye: composed letters, single spaces. */
export function tidyLabel(label: string): string {
  return label.normalize("NFC").replace(/\s+/gu, " ").trim();
}
