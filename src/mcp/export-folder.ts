import { randomBytes } from "node:crypto";
import { constants, copyFile, link, mkdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { GlimpseError, isInside, systemCode, UsageError } from "../core/index.ts";
import { quoted } from "./untrusted-text.ts";

const MAX_TRIES = 1000;

/** The one folder that copies of pictures may be put in. Nothing outside it is written, and no file in it replaced. */
export class ExportFolder {
  readonly #root: string;

  /** `root`: absolute. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Real path of a folder below the root, made where it is missing. @throws UsageError for one outside */
  async open(below = ""): Promise<string> {
    const wanted = resolve(this.#root, below);
    const outside = new UsageError(
      `${quoted(below)} is not a folder inside the one for exports. Give a name such as "dogs".`,
    );
    if (below.includes("\0") || !isInside(wanted, this.#root)) throw outside;
    await mkdir(this.#root, { recursive: true });
    const root = await realpath(this.#root);
    // A link inside may lead out: looked at before anything is made behind it, and again afterwards.
    if (!isInside(await existingPart(wanted), root)) throw outside;
    await mkdir(wanted, { recursive: true }).catch((cause: unknown) => {
      throw cannotWrite(wanted, cause);
    });
    const real = await realpath(wanted);
    if (!isInside(real, root)) throw outside;
    return real;
  }
}

/** Real path of as much of it as there is. */
async function existingPart(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  return real ?? existingPart(dirname(path));
}

interface Written {
  readonly path: string;
  /** False when the same file was there. */
  readonly isNew: boolean;
}

/**
 * Writes a new file, whole or not at all, under this name or, where another picture has it, "name (2).jpg" and so on;
 * one that is there already is left as it is.
 * @throws GlimpseError
 */
export async function writeNew(folder: string, name: string, bytes: Uint8Array): Promise<Written> {
  const temporary = join(folder, `.glimpse-${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeFile(temporary, bytes, { flag: "wx" });
    for (let at = 1; at <= MAX_TRIES; at += 1) {
      const target = join(folder, at === 1 ? name : numbered(name, at));
      if (await placeAt(temporary, target)) return { path: target, isNew: true };
      if (await holds(target, bytes)) return { path: target, isNew: false };
    }
    throw new GlimpseError(`${quoted(name)} is there ${MAX_TRIES} times already. Export to another folder.`);
  } catch (cause) {
    throw cause instanceof GlimpseError ? cause : cannotWrite(folder, cause);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** False when the name is taken. A link never replaces a file; where the disk has none, a copy that does not either. */
async function placeAt(temporary: string, target: string): Promise<boolean> {
  try {
    await link(temporary, target).catch((error: unknown) => {
      if (systemCode(error) === "EEXIST") throw error;
      return copyFile(temporary, target, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function holds(file: string, bytes: Uint8Array): Promise<boolean> {
  const { size } = await stat(file);
  return size === bytes.length && (await readFile(file)).equals(bytes);
}

function numbered(name: string, at: number): string {
  const ending = extname(name);
  return `${name.slice(0, name.length - ending.length)} (${at})${ending}`;
}

const cannotWrite = (folder: string, cause: unknown) =>
  new GlimpseError(
    `Nothing can be written to ${quoted(folder)} (${systemCode(cause) ?? "unknown"}). The user checks that there is room and that it may be written to.`,
    { cause },
  );
