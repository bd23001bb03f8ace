import { existsSync } from "node:fs";
import { join } from "node:path";
import { ModelError } from "../errors.ts";
import type { Descriptor } from "./descriptor.ts";

export const PUBLIC_HUB = "https://huggingface.co";

/** Where a file comes from: a URL, or a file on this machine. */
export type FileOrigin = { readonly url: string } | { readonly file: string };

/**
 * Finds a model's file on the hub, on a mirror with the same addresses, or in a local folder laid out as
 * `<repo>/<path>`, `<model id>/<path>`, `<path>` or by file name alone.
 * @throws ModelError when the model has no hub, or the folder does not hold the file
 */
export function originOf(hub: string, { id, hub: source }: Descriptor, path: string): FileOrigin {
  if (/^https?:\/\//.test(hub)) {
    if (!source) throw new ModelError(`Model ${id} names no hub to download ${path} from.`);
    return { url: `${hub.replace(/\/+$/, "")}/${source.repo}/resolve/${source.revision}/${path}` };
  }
  const candidates = [...(source ? [join(source.repo, path)] : []), join(id, path), path, fileName(path)];
  const found = candidates.map((candidate) => join(hub, candidate)).find((file) => existsSync(file));
  if (found) return { file: found };
  throw new ModelError(
    `${hub} does not hold ${path} of model ${id}. Put it there as ${candidates[0]} or as ${fileName(path)}.`,
  );
}

const fileName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
