/**
 * Texts that differ in case or width alone come out equal, also where a capital is more than one letter ("STRASSE",
 * "Straße") or belongs to two of them (Σ to σ and ς).
 */
export const foldCase = (text: string): string =>
  text.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
