import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Ignore } from "ignore";

/** Name of the file that lists what to leave out, in gitignore syntax; it applies to its folder and those below. */
export const IGNORE_FILE = ".glimpseignore";

interface Rule {
  readonly folder: string;
  readonly patterns: Ignore;
}

/** The ignore files that apply in one folder, outermost first. */
export class IgnoreRules {
  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[] = []) {
    this.#rules = rules;
  }

  /** These rules and those of the ignore file in `folder`, if it has one. */
  async enter(folder: string): Promise<IgnoreRules> {
    const text = await readFile(join(folder, IGNORE_FILE), "utf8").catch(() => undefined);
    if (text === undefined) return this;
    const { default: ignore } = await import("ignore");
    return new IgnoreRules([...this.#rules, { folder, patterns: ignore().add(text) }]);
  }

  /** What the files say of a path; undefined when none of them names it. */
  verdict(path: string, isFolder: boolean): "ignored" | "included" | undefined {
    let verdict: "ignored" | "included" | undefined;
    for (const { folder, patterns } of this.#rules) {
      const inside = relative(folder, path).split(sep).join("/");
      const { ignored, unignored } = patterns.test(isFolder ? `${inside}/` : inside);
      // A deeper file may take back what an outer one ignored, as with git.
      if (ignored) verdict = "ignored";
      else if (unignored) verdict = "included";
    }
    return verdict;
  }
}
