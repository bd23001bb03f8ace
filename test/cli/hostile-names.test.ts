import { expect, onTestFinished, test } from "vitest";
import { printable } from "../../src/cli/output.ts";
import { reportError } from "../../src/cli/report-error.ts";
import { NotFoundError } from "../../src/core/errors.ts";

test("a name that could drive the terminal or disguise itself is shown in escapes, all of it", () => {
  expect(printable("esc\u001b[31mred.jpg")).toBe("esc\\x1b[31mred.jpg");
  expect(printable("title\u001b]0;owned\u0007.jpg")).toBe("title\\x1b]0;owned\\x07.jpg");
  expect(printable("csi\u009b31m.jpg")).toBe("csi\\x9b31m.jpg");
  expect(printable("photo\u202egpj.exe")).toBe("photo\\u{202e}gpj.exe");
  expect(printable("Größe 日本 🏖.jpg")).toBe("Größe 日本 🏖.jpg");
  expect(printable("C:\\users\\x64\\a.jpg")).toBe("C:\\users\\x64\\a.jpg");
  const names = ["a\nb", "a\\x0ab", "a\\x5cx0ab", "a\u202eb", "a\\u{202e}b", "a b", "ab"];
  expect(new Set(names.map(printable)).size).toBe(names.length);
});

test("an error about such a name stays one line", () => {
  const written: string[] = [];
  const { write } = process.stderr;
  onTestFinished(() => {
    process.stderr.write = write;
  });
  process.stderr.write = (line: unknown) => written.push(String(line)) > 0;
  reportError(new NotFoundError("There is no file a\nglimpse: all is well\u001b[2J.jpg"));
  process.stderr.write = write;
  expect(written).toEqual(["glimpse: There is no file a\\x0aglimpse: all is well\\x1b[2J.jpg\n"]);
});
