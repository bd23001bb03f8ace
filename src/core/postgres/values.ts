/** The values of a statement that is put together: each is bound, never written into it. */
export class Values {
  readonly list: unknown[] = [];

  /** @returns the placeholder that stands for it */
  bind(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/** Conditions that hold together. */
export const all = (conditions: readonly (string | false | undefined)[]): string => {
  const real = conditions.filter((condition) => condition && condition !== "TRUE");
  return real.length === 0 ? "TRUE" : real.map((condition) => `(${condition})`).join(" AND ");
};
