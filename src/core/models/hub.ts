import { existsSync } from "node:fs";
import { join } from "node:path";
import { ModelError } from "../errors.ts";
import type { ModelDescriptor } from "./descriptor.ts";

export const publicHub = "https://huggingface.co";

/** Where one file can be had: an address, or a file that is on this machine already. */
export type FileOrigin = { readonly url: string } | { readonly file: string };

/**
 * Finds a model's file on the hub, on a mirror with the same addresses, or in a local folder laid out as
 * `<repo>/<path>`, `<model id>/<path>`, `<path>` or by file name alone.
 * @throws ModelError when the model has no hub, or the folder does not hold the file
 */
export function originOf(hub: string, { id, hub: place }: ModelDescriptor, path: string): FileOrigin {
  if (/^https?:\/\//.test(hub)) {
    if (!place) throw new ModelError(`Model ${id} names no hub to download ${path} from.`);
    return { url: `${hub.replace(/\/+$/, "")}/${place.repo}/resolve/${place.revision}/${path}` };
  }
  const inside = [...(place ? [join(place.repo, path)] : []), join(id, path), path, fileName(path)];
  const found = inside.map((one) => join(hub, one)).find((file) => existsSync(file));
  if (found) return { file: found };
  throw new ModelError(
    `${hub} does not hold ${path} of model ${id}. Put it there as ${inside[0]} or as ${fileName(path)}.`,
  );
}

const fileName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
