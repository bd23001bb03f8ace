import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { sendFilm } from "../../src/web/send-film.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const path = join(temporaryFolder(), "film.mp4");
const content = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 256));
writeFileSync(path, content);
const app = new Hono().get("/film", (context) =>
  sendFilm(context, { path, bytes: content.length, mimeType: "video/mp4" }),
);
const ask = (range?: string) => app.request("/film", range === undefined ? {} : { headers: { range } });

test("a player gets the film, and any stretch of it", async () => {
  const whole = await ask();
  expect(whole.status).toBe(200);
  expect(whole.headers.get("accept-ranges")).toBe("bytes");
  expect(Buffer.from(await whole.arrayBuffer())).toEqual(content);
  for (const [range, first, last] of [
    ["bytes=0-", 0, 999],
    ["bytes=10-19", 10, 19],
    ["bytes=990-5000", 990, 999],
    ["bytes=-5", 995, 999],
  ] as const) {
    const part = await ask(range);
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes ${first}-${last}/1000`);
    expect(part.headers.get("content-length")).toBe(String(last - first + 1));
    expect(Buffer.from(await part.arrayBuffer())).toEqual(content.subarray(first, last + 1));
  }
});

test.each(["bytes=1000-", "bytes=20-10", "bytes=-", "lines=1-2"])("there is no %s", async (range) => {
  const refused = await ask(range);
  expect(refused.status).toBe(416);
  expect(refused.headers.get("content-range")).toBe("bytes */1000");
});
