/** Labels and tags are told apart by this: case, width and spacing do not make another label. */
export function foldLabel(label: string): string {
  return tidyLabel(label).normalize("NFKC").toLowerCase();
}

/** One spelling for the eye: composed letters, single spaces. */
export function tidyLabel(label: string): string {
  return label.normalize("NFC").replace(/\s+/gu, " ").trim();
}
