import { dirname, sep } from "node:path";

/** Whether an absolute path is this folder or lies in it: /photos2 is not in /photos, and everything is in the root. */
export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** A path and the folders that it lies in, innermost first. */
export function foldersAround(path: string): string[] {
  const around = [path];
  for (let folder = dirname(path), inner = path; folder !== inner; folder = dirname(folder)) {
    around.push(folder);
    inner = folder;
  }
  return around;
}
