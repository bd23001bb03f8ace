import type { Reporter, TestCase } from "vitest/node";

/** Names, at the end of a run with `--retry`, each test that failed first and passed when it was run again. */
export default class RetriedTests implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky) this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd(): void {
    for (const name of this.#names) console.log(`Passed at the second try only: ${name}`);
  }
}
