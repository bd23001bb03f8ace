import { once } from "node:events";
import { expect, test } from "vitest";
import { BoundedLines } from "../../src/mcp/bounded-lines.ts";

/** What is passed on, and the ids of what is dropped, of input in pieces of this many bytes. */
async function pass(input: string, piece: number, maxBytes = 100) {
  const dropped: (number | string | null)[] = [];
  const lines = new BoundedLines({ maxBytes, onTooLong: (id) => dropped.push(id) });
  let passed = "";
  lines.on("data", (chunk) => {
    passed += chunk;
  });
  const bytes = Buffer.from(input);
  for (let at = 0; at < bytes.length; at += piece) lines.write(bytes.subarray(at, at + piece));
  lines.end();
  await once(lines, "end");
  return { passed, dropped };
}

const long = "é".repeat(10_000);

test.each([1, 7, 100, 4096, 1_000_000])(
  "in pieces of %i bytes: whole lines pass, long ones are dropped by id",
  async (piece) => {
    const input = [
      '{"short":1}',
      JSON.stringify({ jsonrpc: "2.0", id: 5, method: "m", params: { text: long } }),
      '{"short":2}',
      JSON.stringify({ method: "m", params: { text: long, id: 6 }, jsonrpc: "2.0", id: "a-7" }),
      JSON.stringify({ method: "m", params: { id: 8, text: long } }),
      '{"short":3}',
      "",
    ].join("\n");
    expect(await pass(input, piece)).toEqual({
      passed: '{"short":1}\n{"short":2}\n{"short":3}\n',
      dropped: [5, "a-7", null],
    });
  },
);

test("a line of exactly the limit passes, and the rest of an unfinished one is not passed on", async () => {
  const line = `${"x".repeat(99)}\n`;
  expect(await pass(`${line}unfinished`, 3)).toEqual({ passed: line, dropped: [] });
  expect(await pass(`x${line}`, 3)).toEqual({ passed: "", dropped: [null] });
});
