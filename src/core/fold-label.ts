/** Labels and tags are compared in this form: case, width and spacing make no difference. */
export function foldLabel(label: string): string {
  return tidyLabel(label).normalize("NFKC").toLowerCase();
}

/** One spelling for the eye: composed letters, single spaces. */
export function tidyLabel(label: string): string {
  return label.normalize("NFC").replace(/\s+/gu, " ").trim();
}
