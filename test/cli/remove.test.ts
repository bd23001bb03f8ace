import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { NotFoundError, UsageError } from "../../src/core/errors.ts";
import { callGlimpse } from "../support/call-glimpse.ts";
import { discPicture } from "../support/disc-picture.ts";
import { glimpseMain, runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const pictures = temporaryFolder();
const library = join(temporaryFolder(), "library");
const glimpse = (...args: string[]) => runGlimpse(library, args);
const images = async () => JSON.parse((await glimpse("status", "--json")).stdout).images;

beforeAll(async () => {
  mkdirSync(join(pictures, "one"));
  writeFileSync(join(pictures, "red.jpg"), await discPicture("red", 40));
  writeFileSync(join(pictures, "one", "green.jpg"), await discPicture("green", 70));
  await glimpse("add", pictures);
  await glimpse("tag", "apply", "mine", join(pictures, "red.jpg"));
});

test.each([["/"], [pictures], [join(pictures, "one")]])(
  "a folder is not forgotten without confirmation where there is no terminal: %s",
  async (folder) => {
    await expect(callGlimpse(library, ["remove", folder])).rejects.toThrow(UsageError);
    await expect(callGlimpse(library, ["remove", folder])).rejects.toThrow(/forgets \d image.* Add --yes/);
  },
);

test("--dry-run prints what would be forgotten, manual tags counted, and forgets nothing", async () => {
  const { code, stdout } = await glimpse("remove", "/", "--dry-run", "--yes");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout:
      "This would forget 2 images (2 places), and with them 1 tag added by hand. Nothing was forgotten.\n",
  });
  expect(await images()).toBe(2);
});

test.each(["nosuch", "", "1234567", "%"])("an unknown Discord server is an error: %j", async (guild) => {
  for (const more of [["--yes"], ["--dry-run"], []]) {
    const removing = callGlimpse(library, ["remove", "--guild", guild, ...more]);
    await expect(removing).rejects.toThrow(NotFoundError);
    await expect(removing).rejects.toThrow(`"${guild}" is in the library. Servers in it: none.`);
  }
});

/** util-linux's: runs a command on a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux");

test.skipIf(!hasScript)("on a terminal it asks for confirmation, and only a yes counts", async () => {
  const command = `"${process.execPath}" "${glimpseMain}" --library "${library}" remove "${pictures}"`;
  const answering = async (answer: string) => {
    const terminal = spawn("script", ["-qec", command, "/dev/null"], { stdio: ["pipe", "pipe", "ignore"] });
    let shown = "";
    terminal.stdout.on("data", (chunk) => {
      if (!shown.includes("[y/N]") && String(shown + chunk).includes("[y/N]")) terminal.stdin.write(answer);
      shown += chunk;
    });
    const [code] = await once(terminal, "close");
    return `${shown} ${code}`;
  };
  expect(await answering("\n")).toMatch(/1 tag added by hand.*Nothing was forgotten.* 1$/s);
  expect(await images()).toBe(2);
  expect(await answering("y\n")).toMatch(/Forgot 2 images.* 0$/s);
  expect(await images()).toBe(0);
});
