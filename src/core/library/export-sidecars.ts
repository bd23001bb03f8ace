import { basename, relative, resolve, sep } from "node:path";
import { GlimpseError, systemCode } from "../errors.ts";
import { keysInScope } from "../images-in-scope.ts";
import { isInside } from "../is-inside.ts";
import type { Catalog } from "../ports.ts";
import { type SidecarOutcome, writeSidecar } from "../sidecars/sidecar-file.ts";
import type { FilePlacement, ImageTag, LongWork, Scope } from "../types.ts";

export interface SidecarRequest extends LongWork {
  /** Folder to write into, in the added folders' own order. Default: beside each picture. */
  readonly to?: string | undefined;
  /** Whether the model's tags are written too. Default: those of people and of files. */
  readonly withModel?: boolean | undefined;
  /** Nothing is written. */
  readonly dryRun?: boolean | undefined;
}

export interface SidecarReport {
  /** How many files were, or in a dry run would be, looked at: their pictures have tags, or had when a sidecar was written. */
  readonly pictures: number;
  readonly written: number;
  readonly merged: number;
  readonly unchanged: number;
  /** Sidecars that were left as they are, and why. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

const IMAGES_AT_ONCE = 200;

/** Writes the tags of every file in scope into its sidecar. Pictures themselves are never written to. */
export async function exportSidecars(
  catalog: Catalog,
  scope: Scope,
  { to, withModel = false, dryRun = false, signal, onProgress }: SidecarRequest,
): Promise<SidecarReport> {
  const folders =
    to === undefined ? undefined : folderNames((await catalog.files.roots()).map(({ path }) => path));
  const counts = { written: 0, merged: 0, unchanged: 0 };
  const refused: { path: string; reason: string }[] = [];
  let pictures = 0;
  let done = 0;
  const total = await catalog.images.count(scope);
  for await (const keys of keysInScope(catalog, scope, IMAGES_AT_ONCE)) {
    for (const { record } of await catalog.images.byKey(keys, scope)) {
      const carried = await catalog.tags.carriedBy(
        record.placements.flatMap((at) => (at.kind === "file" ? at.path : [])),
      );
      for (const placement of record.placements) {
        signal?.throwIfAborted();
        if (placement.kind !== "file" || !placement.online) continue;
        const path = sidecarOf(placement, to, folders);
        const tags = tagsToWrite(record.tags, carried.get(placement.path) ?? [], withModel);
        if (dryRun) {
          if (tags.length > 0) pictures += 1;
          continue;
        }
        const outcome = await written(path, tags);
        if (typeof outcome === "object") refused.push({ path, reason: outcome.reason });
        else counts[outcome] += 1;
        if (tags.length > 0) pictures += 1;
      }
      done += 1;
      onProgress?.({ stage: "writing", done, total });
    }
  }
  return { pictures, ...counts, refused };
}

/** Keywords of a copy say nothing of this file. */
function tagsToWrite(tags: readonly ImageTag[], carried: readonly string[], withModel: boolean): string[] {
  const given = tags.filter(({ by }) => by === "person" || (withModel && by === "model"));
  return [...new Set([...given.map(({ tag }) => tag), ...carried])];
}

async function written(path: string, tags: readonly string[]): Promise<SidecarOutcome | { reason: string }> {
  try {
    return await writeSidecar(path, tags);
  } catch (error) {
    if (error instanceof GlimpseError) return { reason: error.message };
    const code = systemCode(error);
    if (code === "ENOSPC") throw error;
    if (typeof code === "string") return { reason: `it cannot be written (${code})` };
    throw error;
  }
}

/** `photo.jpg.xmp`, as darktable and digiKam name it. */
function sidecarOf(
  { path, root }: FilePlacement,
  to: string | undefined,
  folders: ReadonlyMap<string, string> | undefined,
): string {
  if (to === undefined) return `${path}.xmp`;
  const below = isInside(path, root) && path !== root ? relative(root, path) : basename(path);
  const folder = path === root ? "" : (folders?.get(root) ?? basename(root));
  const target = resolve(to, folder, below);
  return `${target}.xmp`;
}

/** Each root's own name; of several with one name, the later get a number. */
function folderNames(roots: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const root of [...roots].sort()) {
    const plain = basename(root) || root.split(sep).filter(Boolean).join("-") || "root";
    let name = plain;
    for (let nth = 2; taken.has(name.toLowerCase()); nth += 1) name = `${plain}-${nth}`;
    taken.add(name.toLowerCase());
    names.set(root, name);
  }
  return names;
}
