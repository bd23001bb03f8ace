/**
 * A sentence or noun for each way in which a language counts (CLDR's plural categories), with `#` where the number stands. A
 * category that is left out is said as `other`.
 */
export type PluralForms = Partial<Readonly<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** `pluralsIn("en")({ one: "# picture", other: "# pictures" })(1204)` is `1,204 pictures`. */
export function pluralsIn(language: string): (forms: PluralForms) => (count: number) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (forms) => (count) =>
    (forms[rules.select(count)] ?? forms.other).replaceAll("#", numbers.format(count));
}
