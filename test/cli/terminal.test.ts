import { execFile, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { discPicture } from "../support/disc-picture.ts";
import { glimpseMain } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const run = promisify(execFile);
/** util-linux's `script` gives a command a terminal; that of BSD and macOS takes other arguments. */
const hasScript = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

// A terminal gets a bar and a pipe gets lines; the code of the bar is loaded only when it is used.
describe.skipIf(!hasScript)("on a terminal", () => {
  test("add shows a bar and adds the pictures", async () => {
    const folder = temporaryFolder();
    for (const colour of ["red", "green"])
      writeFileSync(join(folder, `${colour}.jpg`), await discPicture(colour, 70));
    const env = { ...process.env, GLIMPSE_LIBRARY: join(temporaryFolder(), "library"), GLIMPSE_TEXT: "off" };
    const line = `"${process.execPath}" "${glimpseMain}" --model pocket add "${folder}"`;
    const { stdout } = await run("script", ["-qec", line, "/dev/null"], { env });
    expect(stdout).toContain("Indexing");
    expect(stdout).toContain("2 pictures added");
  });
});
