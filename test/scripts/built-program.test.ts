import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { build } from "../../scripts/build.mjs";
import { drawing } from "../core/image/drawing.ts";
import { xmpPacket } from "../support/exif-block.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const run = promisify(execFile);

beforeAll(build, 120_000);

/** A bundler may give a module that is loaded late another shape than Node does. */
test("what the built program loads late is there: the reader of XMP, and that of dates in words", async () => {
  const [pictures, library] = [temporaryFolder(), temporaryFolder()];
  const xmp = xmpPacket({ "xmp:CreateDate": "2011-05-06T07:08:09" });
  writeFileSync(join(pictures, "a.jpg"), await drawing(1, 20, 20).withXmp(xmp).jpeg().toBuffer());
  const glimpse = (...args: string[]) => run(process.execPath, [main, "--library", library, ...args]);
  await glimpse("add", pictures);
  const { stdout } = await glimpse("find", "--until", "last friday", "--json");
  expect(JSON.parse(stdout).hits).toMatchObject([{ takenAt: "2011-05-06T07:08:09", dateSource: "xmp" }]);
});
