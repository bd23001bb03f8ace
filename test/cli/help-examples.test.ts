import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { registerCommands } from "../../src/cli/commands/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
const main = join(packageFolder, "dist", "cli", "main.js");
const home = temporaryFolder();
const pictures = join(home, "Pictures");
const programs = join(home, "programs");

/** These need a network, an MCP client, or somebody to press Ctrl-C; the demo has its own test. */
const NOT_RUN = /^glimpse (?:demo|watch|mcp|web)\b|^DISCORD_TOKEN|^GLIMPSE_WEB_PASSWORD|^glimpse models pull/;

const ONE_MACHINE = /is a folder, which serves one machine/;
const NOT_MOUNTED = /There is no folder \/mnt\/nas/;

/** These need a terminal, a server, a downloaded model or more pictures; without them, they fail with a message that says how to go on. */
const EXPECTED_ERRORS: Readonly<Record<string, RegExp>> = {
  "glimpse remove ~/Pictures": /Add --yes/,
  "glimpse models use siglip2-b16-256": /models pull siglip2-b16-256/,
  "glimpse models remove clip-vit-b32": /clip-vit-b32/,
  "glimpse models forget pocket": /is the model in use/,
  "glimpse models calibrate --dry-run": /pictures; from 100 on/,
  "glimpse models compare pocket siglip2-b16-256": /models pull siglip2-b16-256/,
  "glimpse models compare pocket siglip2-b16-256 --sample 1000 --questions questions.tsv":
    /models pull siglip2-b16-256/,
  "glimpse tag rename puppy dog": /Add --yes to confirm/,
  "glimpse remove --guild 1234567 --yes": /No picture from the Discord server/,
  "glimpse copy ~/library postgres://glimpse@db.example/glimpse": /db\.example/,
  "glimpse copy postgres://glimpse@db.example/glimpse ~/copy": /db\.example/,
  "glimpse doctor --model clip-vit-b32": /checks failed/,
  "glimpse worker": ONE_MACHINE,
  "glimpse worker --volume nas=/mnt/nas": NOT_MOUNTED,
  "glimpse volume": ONE_MACHINE,
  "glimpse volume nas /mnt/nas": NOT_MOUNTED,
  "glimpse volume nas --forget": ONE_MACHINE,
};

const program = new Command("glimpse").exitOverride();
registerCommands(program);
const commands = program.commands.flatMap((command) => [command, ...command.commands]);

/** The command lines below "Example:" or "Examples:", without the descriptions at their right. */
function examplesOf(command: Command): string[] {
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  const [, examples = ""] = help.split(/\nExamples?:\n/);
  return examples.split("\n").flatMap((line) => /^ {2}(\S.*?)(?: {2,}.*)?$/.exec(line)?.[1] ?? []);
}

const examples = [...new Set(commands.flatMap(examplesOf))].filter((line) =>
  /(?:^|\s)glimpse |^mkdir /.test(line),
);

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: `${programs}:${process.env.PATH}`,
  HOME: home,
  GLIMPSE_LIBRARY: join(home, "library"),
  // Reading the text in every picture takes most of the time: only the command that is about it does.
  GLIMPSE_TEXT: "off",
  NO_COLOR: "1",
  ...more,
});

const shell = (script: string) =>
  spawnSync("sh", ["-c", script], {
    cwd: pictures,
    env: env(script.startsWith("glimpse text") ? { GLIMPSE_TEXT: "on" } : {}),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });

describe.skipIf(process.platform === "win32")("examples of --help", () => {
  const own = examples.filter((example) => !example.startsWith("mkdir"));
  test.each(own)("%s: its options and arguments exist", async (example) => {
    const [line = ""] = example.split(" | ");
    const words = execFileSync("sh", ["-c", `glimpse() { printf '%s\\0' "$@"; }; ${line}`], {
      env: env(),
      encoding: "utf8",
    });
    const parser = new Command("glimpse")
      .option("--model <id>")
      .option("--library <folder>")
      .option("--device <name>")
      .exitOverride();
    registerCommands(parser);
    const parsed: string[] = [];
    for (const command of parser.commands.flatMap((each) => [each, ...each.commands]))
      command.exitOverride().action(() => void parsed.push(command.name()));
    await parser.parseAsync(words.split("\0").slice(0, -1), { from: "user" });
    expect(parsed).toHaveLength(1);
  });

  describe("do what they show", () => {
    beforeAll(async () => {
      makePrograms();
      makeHome();
      await takenBy("Apple", "iPhone 15", join(pictures, "photo.jpg"));
      for (const line of [
        "glimpse add ~/Pictures ~/Documents",
        "glimpse tag --vocabulary tags.txt",
        "glimpse tag apply dog beach.jpg",
        "glimpse tag apply puppy beach.jpg",
        "glimpse tag apply blurry beach.jpg",
      ])
        expect(shell(line)).toMatchObject({ status: 0 });
    });

    test.each(examples.filter((example) => !NOT_RUN.test(example)))("%s", async (example) => {
      const { status, stderr } = shell(withRealIds(example));
      const message = EXPECTED_ERRORS[example];
      if (message) {
        expect(status).toBeGreaterThan(0);
        expect(stderr).toMatch(message);
      } else
        expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringMatching(/^glimpse: /m) });
    });

    test("those that copy pictures have copied some", () => {
      for (const folder of ["cats", "dogs"]) expect(readdirSync(join(pictures, folder))).not.toEqual([]);
    });
  });
});

/** `glimpse` itself, and a `trash-put` for machines that have none. */
function makePrograms(): void {
  mkdirSync(programs);
  writeFileSync(join(programs, "glimpse"), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(programs, "trash-put"), "#!/bin/sh\n", { mode: 0o755 });
}

/** The files and folders that the examples name, copied from the samples. */
function makeHome(): void {
  const samples = join(packageFolder, "samples");
  for (const folder of ["Pictures/inbox", "Pictures/2024", "Pictures/Rome", "Documents", "Photos"])
    mkdirSync(join(home, folder), { recursive: true });
  const animals = ["cat on the sofa.jpg", "dog in the park.jpg", "butterfly.png"];
  copyInto(join(home, "Documents"), join(samples, "documents"), ["monday meme.jpg", "sales bar chart.png"]);
  copyInto(join(home, "Photos"), join(samples, "animals"), animals);
  copyInto(join(pictures, "inbox"), join(samples, "animals"), animals);
  copyInto(join(pictures, "Rome"), join(samples, "travel"), ["oak tree on a hill.jpg"]);
  copyInto(join(pictures, "2024"), join(samples, "travel"), ["bicycle.png", "forest path.jpg"]);
  const [first = "", ...others] = samplePictures(join(samples, "travel"));
  for (const [at, name] of ["sunset.jpg", "photo.jpg", "a.jpg", "b.png", "beach.jpg", "fox.jpg"].entries())
    copyFileSync(others[at] ?? first, join(pictures, name));
  copyFileSync(join(samples, "documents", "overdue receipt.jpg"), join(pictures, "receipt.jpg"));
  writeFileSync(join(pictures, "labels.txt"), "cat\ndog\n");
  writeFileSync(join(pictures, "tags.txt"), "dog\ncat\n");
  writeFileSync(join(pictures, "truth.tsv"), "beach.jpg\tdog\n");
  writeFileSync(join(pictures, "questions.tsv"), "a cat on a sofa\tinbox/cat on the sofa.jpg\n");
  cpSync(join(packageFolder, "models", "pocket"), join(home, "my-clip"), { recursive: true });
  const description = join(home, "my-clip", "model.json");
  writeFileSync(description, readFileSync(description, "utf8").replace('"id": "pocket"', '"id": "my-clip"'));
}

/** As if a camera of this name had taken the picture. */
async function takenBy(make: string, model: string, picture: string): Promise<void> {
  const exif = { IFD0: { Make: make, Model: model } };
  writeFileSync(picture, await sharp(readFileSync(picture)).withExif(exif).toBuffer());
}

function copyInto(folder: string, from: string, names: readonly string[]): void {
  for (const name of names) copyFileSync(join(from, name), join(folder, name));
}

const samplePictures = (folder: string) =>
  execFileSync("find", [folder, "-type", "f"], { encoding: "utf8" }).trim().split("\n").sort();

/** Ids in examples stand for any; here they are those of two pictures of the library, neither of them a.jpg. */
function withRealIds(example: string): string {
  if (!/3f2a9c01|77be01aa/.test(example)) return example;
  const { hits } = JSON.parse(shell("glimpse find --in ~/Pictures -n all --json").stdout);
  const [one = "", other = ""] = hits
    .filter(({ paths }: { paths: string[] }) => !paths.some((path) => path.endsWith("/a.jpg")))
    .map(({ id }: { id: string }) => id.slice(0, 12));
  return example.replaceAll(/3f2a9c01(?:d4e5)?/g, one).replaceAll("77be01aa", other);
}
