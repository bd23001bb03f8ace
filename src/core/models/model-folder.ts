import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ModelError } from "../errors.ts";
import { packageFolder } from "../package-folder.ts";
import type { Descriptor } from "./descriptor.ts";

/** The descriptors that come with the program. */
export const BUILT_IN_MODELS = join(packageFolder, "models");

export interface FilePin {
  readonly bytes: number;
  readonly sha256: string;
}

export const RECORDED_PINS = "noted.json";

/** One model on disk: its descriptor, the files that came with it, and the folder that downloads go to. */
export interface ModelFolder<Kind extends Descriptor = Descriptor> {
  readonly descriptor: Kind;
  readonly builtIn: boolean;
  /** The folder of the descriptor. */
  readonly home: string;
  /** The folder of downloaded files. The same as `home` for an added model. */
  readonly pulled: string;
  /** The folder of the installed package that has its files. */
  readonly packaged: string | undefined;
  /** Size and digest by path: pinned in the descriptor, else recorded at the first download, else undefined. */
  readonly pins: ReadonlyMap<string, FilePin | undefined>;
}

export async function listModelIds(modelsFolder: string): Promise<string[]> {
  const ids = new Set<string>();
  for (const parent of [BUILT_IN_MODELS, modelsFolder]) {
    const names = await readdir(parent).catch(() => []);
    for (const name of names) if (existsSync(join(parent, name, "model.json"))) ids.add(name);
  }
  return [...ids];
}

/** @throws ModelError when there is no such model, or its descriptor cannot be used */
export async function openModelFolder(modelsFolder: string, id: string): Promise<ModelFolder> {
  const homes = [join(BUILT_IN_MODELS, id), join(modelsFolder, id)];
  const plain = /^[a-z0-9][a-z0-9.-]*$/.test(id);
  const home = plain ? homes.find((folder) => existsSync(join(folder, "model.json"))) : undefined;
  if (!home) {
    const known = (await listModelIds(modelsFolder)).join(", ");
    throw new ModelError(
      `There is no model "${id}". Known models: ${known}. See \`glimpse models list\`; one of your own is installed by \`glimpse models add FOLDER\`.`,
    );
  }
  const file = join(home, "model.json");
  const builtIn = home === homes[0];
  const descriptor = await (builtIn ? readBuiltIn : readDescriptor)(file);
  if (descriptor.id !== id) {
    throw new ModelError(`${file} describes "${descriptor.id}"; its folder must have that name.`);
  }
  const pulled = join(modelsFolder, id);
  const packaged = descriptor.package === undefined ? undefined : packageFolderOf(descriptor.package);
  return { descriptor, builtIn, home, pulled, packaged, pins: await pinsOf(descriptor, pulled) };
}

/** Undefined when the package is not installed. */
function packageFolderOf(module: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(module));
  } catch {
    return undefined;
  }
}

/** @throws ModelError naming the file and every invalid field */
export async function readDescriptor(file: string): Promise<Descriptor> {
  const { parseDescriptor } = await import("./descriptor.ts");
  return parseDescriptor(await readFile(file, "utf8"), file);
}

/** What comes with the program is complete and valid, which its tests check: no start pays for checking it again. */
async function readBuiltIn(file: string): Promise<Descriptor> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new ModelError(`${file} is damaged. It belongs to this program; install the program again.`, {
      cause,
    });
  }
}

async function pinsOf(descriptor: Descriptor, pulled: string): Promise<ModelFolder["pins"]> {
  const recorded = await readRecordedPins(pulled);
  return new Map(
    Object.entries(descriptor.files).map(([path, { bytes, sha256 }]) => [
      path,
      bytes !== undefined && sha256 !== undefined ? { bytes, sha256 } : recorded[path],
    ]),
  );
}

/** Size and digest, recorded at their first download, of files that their descriptor does not pin. */
export async function readRecordedPins(pulled: string): Promise<Record<string, FilePin>> {
  const file = join(pulled, RECORDED_PINS);
  if (!existsSync(file)) return {};
  const { parsePins } = await import("./descriptor.ts");
  return parsePins(await readFile(file, "utf8"), file);
}

/** Absolute path of a model's file, if it is here and has the size it should have. */
export async function locateFile(folder: ModelFolder, path: string): Promise<string | undefined> {
  const bytes = folder.pins.get(path)?.bytes;
  if (bytes === undefined) return undefined;
  const { home, pulled, packaged } = folder;
  for (const parent of packaged === undefined ? [home, pulled] : [home, pulled, packaged]) {
    const found = await stat(join(parent, path)).catch(() => undefined);
    if (found?.isFile() && found.size === bytes) return join(parent, path);
  }
  return undefined;
}
