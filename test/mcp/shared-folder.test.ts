import { expect, test } from "vitest";
import { sharedFolder } from "../../src/mcp/shared-folder.ts";

const of = (...paths: string[]) => sharedFolder(paths.map((path) => ({ path })));

test("files of one folder share it, with its separator", () => {
  expect(of("/home/a/1.jpg", "/home/a/b/2.jpg", "/home/a/3.jpg")).toBe("/home/a/");
  expect(of("C:\\Photos\\1.jpg", "C:\\Photos\\x\\2.jpg", "C:\\Photos\\3.jpg")).toBe("C:\\Photos\\");
  expect(of("/home/ab/1.jpg", "/home/a/2.jpg", "/home/a/3.jpg")).toBe("/home/");
});

test("what shares no folder has none, in whatever order", () => {
  const apart = ["/home/1.jpg", "/mnt/2.jpg", "discord:1/2", ""];
  for (const first of apart) expect(of(first, ...apart.filter((path) => path !== first))).toBeUndefined();
  expect(of("/1.jpg", "/2.jpg", "/3.jpg")).toBeUndefined();
  expect(of("/home/a/1.jpg", "/home/a/2.jpg"), "of a short list").toBeUndefined();
});
