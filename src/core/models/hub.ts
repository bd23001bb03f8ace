import { existsSync } from "node:fs";
import { join } from "node:path";
import { ModelError } from "../errors.ts";
import type { Descriptor } from "./descriptor.ts";

export const PUBLIC_HUB = "https://huggingface.co";

/** Where a file comes from: a URL, or a file on this machine. */
export type FileOrigin = { readonly url: string } | { readonly file: string };

/** This hub does not give the file; another may. */
export class OriginError extends ModelError {}

/** The hubs of a setting, in the order in which they are asked. A folder may have commas in its name. */
export function hubsIn(setting: string): string[] {
  if (existsSync(setting)) return [setting];
  return setting
    .split(",")
    .map((hub) => hub.trim())
    .filter((hub) => hub !== "");
}

/** Where a file is on every hub; undefined for a model that names none. */
export function hubPlace(
  { hub, files }: Descriptor,
  path: string,
): { readonly repo: string; readonly revision: string; readonly path: string } | undefined {
  const own = files[path]?.hub ?? hub;
  return own && { path, ...own };
}

/**
 * Finds a model's file on the hub, on a mirror with the same addresses, or in a local folder laid out as
 * `<repo>/<path>`, `<model id>/<path>`, `<path>` or by file name alone.
 * @throws ModelError when the model has no hub, or the folder does not hold the file
 */
export function originOf(hub: string, descriptor: Descriptor, path: string): FileOrigin {
  const { id } = descriptor;
  const place = hubPlace(descriptor, path);
  if (/^https?:\/\//.test(hub)) {
    if (!place) throw new ModelError(`Model ${id} names no hub to download ${path} from.`);
    return { url: `${hub.replace(/\/+$/, "")}/${place.repo}/resolve/${place.revision}/${place.path}` };
  }
  const candidates = [...(place ? [join(place.repo, place.path)] : []), join(id, path), path, fileName(path)];
  const found = candidates.map((candidate) => join(hub, candidate)).find((file) => existsSync(file));
  if (found) return { file: found };
  throw new OriginError(
    `${hub} does not hold ${path} of model ${id}. Put it there as ${candidates[0]} or as ${fileName(path)}.`,
  );
}

const fileName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
