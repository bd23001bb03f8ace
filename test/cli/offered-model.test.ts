import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../core/models/small-model.ts";
import { discPicture } from "../support/disc-picture.ts";
import { glimpseMain, runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { tinyImageTower, tinyTextTower } from "../support/tiny-towers.ts";

/** util-linux's: runs a command on a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux");
const QUESTION = "n = stay with the small one: ";

interface Run {
  readonly library: string;
  readonly answer: string;
  readonly hub: string;
  readonly main?: string;
  readonly options?: string;
}

/** Adds a picture on a terminal, and answers when it is asked. */
async function addOnTerminal({
  library,
  answer,
  hub,
  main = glimpseMain,
  options = "",
}: Run): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "red.jpg"), await discPicture("red", 40));
  const line = `"${process.execPath}" "${main}" ${options} add "${folder}"`;
  const { GLIMPSE_MODEL: _, ...env } = process.env;
  const terminal = spawn("script", ["-qec", line, "/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...env, GLIMPSE_LIBRARY: library, GLIMPSE_HUB: hub, GLIMPSE_TEXT: "off" },
  });
  let shown = "";
  terminal.stdout.on("data", (chunk) => {
    if (!shown.includes(QUESTION) && String(shown + chunk).includes(QUESTION)) terminal.stdin.write(answer);
    shown += chunk;
  });
  await once(terminal, "close");
  return shown;
}

const modelOf = async (library: string) =>
  JSON.parse((await runGlimpse(library, ["status", "--json"])).stdout).model;

test.skipIf(!hasScript)(
  "the first add on a terminal says what a real model brings and costs, and takes a no for good",
  async () => {
    const library = join(temporaryFolder(), "library");
    const hub = temporaryFolder();
    const first = await addOnTerminal({ library, hub, answer: "n\n" });
    expect(first).toMatch(
      /SigLIP 2 base, 256 px, finds far more, in many languages: 785 MB, then about \d+ (?:s|min) for this picture here \(\d+ s with the small one\)/,
    );
    expect(first).toContain("1 picture added");
    expect(await modelOf(library)).toBe("pocket");
    const second = await addOnTerminal({ library, hub, answer: "n\n" });
    expect(second).not.toContain(QUESTION);
    expect(second).toContain("1 already known");
  },
);

test.skipIf(!hasScript)(
  "where the model cannot be had, the pictures are added with the small one; a named model is not asked about",
  async () => {
    const library = join(temporaryFolder(), "library");
    const hub = temporaryFolder();
    const shown = await addOnTerminal({ library, hub, answer: "\n" });
    expect(shown).toMatch(/does not hold onnx\/vision_model_fp16\.onnx.*Going on with the small model/s);
    expect(shown).toContain("1 picture added");
    expect(await modelOf(library)).toBe("pocket");
    const named = await addOnTerminal({
      library: join(temporaryFolder(), "library"),
      hub,
      answer: "\n",
      options: "--model pocket",
    });
    expect(named).not.toContain(QUESTION);
    expect(named).toContain("1 picture added");
  },
);

test("nobody is asked where there is no terminal", async () => {
  const [library, folder] = [join(temporaryFolder(), "library"), temporaryFolder()];
  writeFileSync(join(folder, "red.jpg"), await discPicture("red", 40));
  const { code, stderr } = await runGlimpse(library, ["add", folder]);
  expect(code).toBe(0);
  expect(stderr).not.toContain("Enter");
});

/** The built program with the recommended model's files replaced by tiny ones, which lie in a folder that serves as hub. */
function programWithTinyModel(): { main: string; hub: string } {
  const [program, hub] = [temporaryFolder(), temporaryFolder()];
  const root = resolve(dirname(glimpseMain), "../..");
  for (const name of ["dist", "models", "samples", "package.json"])
    cpSync(join(root, name), join(program, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(program, "node_modules"));
  const file = join(program, "models/siglip2-b16-256/model.json");
  const described = JSON.parse(readFileSync(file, "utf8"));
  const both = { output: "pooler_output", width: 768 };
  const files: Record<string, Uint8Array> = {
    "onnx/vision_model_fp16.onnx": tinyImageTower({ ...both, input: "pixel_values", size: 256 }).graph,
    "onnx/text_model_fp16.onnx": tinyTextTower({ ...both, input: "input_ids", type: "int64", length: 64 })
      .graph,
    "tokenizer.json": readFileSync(join(root, "models/pocket/tokenizer.json")),
  };
  mkdirSync(join(hub, "siglip2-b16-256/onnx"), { recursive: true });
  for (const [path, bytes] of Object.entries(files)) {
    writeFileSync(join(hub, "siglip2-b16-256", path), bytes);
    described.files[path] = { bytes: bytes.length, sha256: sha256(bytes) };
  }
  writeFileSync(file, JSON.stringify(described));
  return { main: join(program, "dist/cli/main.js"), hub };
}

test.skipIf(!hasScript)("Enter pulls it, and the new library is embedded by it", async () => {
  const library = join(temporaryFolder(), "library");
  const shown = await addOnTerminal({ library, answer: "\n", ...programWithTinyModel() });
  expect(shown).toContain("siglip2-b16-256 is installed and verified");
  expect(shown).toContain("1 picture added");
  expect(await modelOf(library)).toBe("siglip2-b16-256");
});
