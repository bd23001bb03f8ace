import { constants, existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelError, UsageError } from "../errors.ts";
import type { Descriptor } from "./descriptor.ts";
import { computePin } from "./download.ts";
import { BUILT_IN_MODELS, readDescriptor } from "./model-folder.ts";
import { recordPin } from "./pull-model.ts";

/**
 * Adds the user's own model: `folder` holds its `model.json`, and its files unless that names a hub that has them. The
 * files are copied, so the folder may be deleted.
 * @throws ModelError, UsageError
 */
export async function addModel(modelsFolder: string, folder: string): Promise<Descriptor> {
  const file = join(folder, "model.json");
  if (!existsSync(file)) throw new UsageError(`${folder} holds no model.json. See models/README.md for one.`);
  const descriptor = await readDescriptor(file);
  const target = join(modelsFolder, descriptor.id);
  if (existsSync(join(BUILT_IN_MODELS, descriptor.id)) || existsSync(target)) {
    throw new UsageError(
      `There is a model "${descriptor.id}" already. Give yours another id in ${file}, or remove the other ` +
        `with \`glimpse models remove ${descriptor.id}\`.`,
    );
  }
  await mkdir(modelsFolder, { recursive: true });
  const staged = await mkdtemp(join(modelsFolder, ".adding-"));
  try {
    await copyFile(file, join(staged, "model.json"));
    for (const path of Object.keys(descriptor.files)) await copyModelFile(descriptor, folder, staged, path);
    await rename(staged, target);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
  return descriptor;
}

async function copyModelFile({ id, files, hub }: Descriptor, folder: string, staged: string, path: string) {
  const from = join(folder, path);
  if (!existsSync(from)) {
    if (hub) return;
    throw new ModelError(`${from} is missing. Model ${id} needs it, and names no hub to download it from.`);
  }
  const to = join(staged, path);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const found = await computePin(to);
  const { bytes = found.bytes, sha256 } = files[path] ?? {};
  if (bytes !== found.bytes || (sha256 ?? found.sha256) !== found.sha256) {
    throw new ModelError(
      `${from} is not the file that its model.json pins (${found.bytes} bytes, sha256 ${found.sha256}).`,
    );
  }
  if (sha256 === undefined) await recordPin(staged, path, found);
}
