import leven from "leven";

/** More than this share of a name's letters wrong makes it another name. */
const WRONG_SHARE = 0.4;

/** Those of the known names that may have been meant, nearest first; case does not matter. */
export function nearNames(typed: string, known: readonly string[], limit = 3): string[] {
  const wanted = typed.toLowerCase();
  const measured = known.map((name) => ({ name, wrong: distance(wanted, name.toLowerCase()) }));
  return measured
    .filter(({ name, wrong }) => wrong <= Math.max(1, WRONG_SHARE * Math.min(typed.length, name.length)))
    .sort((a, b) => a.wrong - b.wrong)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** A name that begins or ends like another is a near one, however long. */
const distance = (typed: string, name: string) =>
  typed.length >= 3 && (name.startsWith(typed) || name.endsWith(typed)) ? 0.5 : leven(typed, name);
