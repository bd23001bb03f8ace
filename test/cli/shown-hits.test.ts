import { expect, test, vi } from "vitest";
import { hitsPage } from "../../src/cli/html/pages.ts";
import { printHits } from "../../src/cli/print-hits.ts";
import { stylesFor } from "../../src/cli/styles.ts";
import type { FindAnswer, Fit, Hit } from "../../src/core/types.ts";
import { file, picture } from "../support/new-image.ts";

function hitOf(name: string, fit: Fit, more: Partial<Hit> = {}): Hit {
  const { thumbnail: _, fingerprint: __, ...facts } = picture(name);
  const placements = [file(`/${name}.jpg`)];
  const image = { ...facts, width: 400, height: 200, addedAt: 0, placements, placementCount: 1, tags: [] };
  return { ...image, rank: 1, score: 0.5, fit, part: { kind: "whole" }, alike: [], ...more };
}

const answerOf = (match: Fit, ...hits: Hit[]): FindAnswer => ({
  query: "invoice",
  model: "m",
  match,
  hits,
  nextCursor: null,
  searched: 9,
  notes: [],
});

test("the page outlines the lines that matched where they stand in the picture, and marks single weak hits", async () => {
  const place = { source: "read" as const, line: "INVOICE <12>", lineNumber: 0, strength: 1 };
  const box = { x: 0.25, y: 0.5, width: 0.5, height: 0.1 };
  const words = { matched: 1, of: 1, coverage: 1, places: [{ ...place, box, angle: 0 }] };
  const thumbnail = async () => new Uint8Array([1]);
  const page = await hitsPage(
    answerOf("good", hitOf("a", "good", { words }), hitOf("b", "weak")),
    [],
    thumbnail,
  );
  expect(page).toContain('<svg viewBox="0 0 400 200"');
  expect(page).toContain('<rect x="100" y="100" width="200" height="20"');
  expect(page.match(/<rect /g)).toHaveLength(1);
  expect(page).toContain("INVOICE &lt;12");
  expect(page.match(/<span class="mark warm">weak<\/span>/g)).toHaveLength(1);
});

test("the command line marks weak and unlikely hits among good ones, and not where all are so", async () => {
  const printed = async (answer: FindAnswer) => {
    const lines: string[] = [];
    const stdout = vi
      .spyOn(process.stdout, "write")
      .mockImplementation((line) => lines.push(String(line)) > 0);
    await printHits(answer, { styles: stylesFor(process.stdout, false) }).finally(() => stdout.mockRestore());
    return lines.map((line) => /\b(?:weak|unlikely)\b/.exec(line)?.[0]);
  };
  const hits = [hitOf("a", "good"), hitOf("b", "weak"), hitOf("c", "nothing")];
  expect(await printed(answerOf("good", ...hits))).toEqual([undefined, "weak", "unlikely"]);
  expect(await printed(answerOf("weak", ...hits.slice(1)))).toEqual([undefined, undefined]);
});
