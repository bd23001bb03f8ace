import { expect, test } from "vitest";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** What the first hit of each of the demo's queries may be; a copy is as good as its original. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  "golden retriever on the beach": /golden retriever on the beach|IMG-20250712-WA0003/,
  "a cup of coffee": /cup of coffee/,
  "mountains with snow": /snowy mountains|mountains bright/,
  "a red car": /red car|car cropped/,
  "a bar chart": /sales bar chart/,
  // Found by the text in it.
  "invoice with a red overdue stamp": /overdue receipt/,
};

test("the demo finds what it searches for first, and every copy", async () => {
  const { code, stdout } = await runGlimpse(temporaryFolder(), ["demo"], { GLIMPSE_TEXT: "on" });
  expect(code).toBe(0);
  const searches = [...stdout.matchAll(/^glimpse find (?!--)(.*)\n +1 +[\d.]+ +(.*)$/gm)];
  expect(searches.map(([, question]) => question)).toEqual(Object.keys(SHOWN));
  for (const [, question = "", first] of searches) expect(first).toMatch(SHOWN[question] ?? /^$/);
  expect(stdout).toContain("7 groups");
});
