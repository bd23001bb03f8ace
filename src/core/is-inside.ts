import { sep } from "node:path";

/** Whether an absolute path is this folder or lies in it: /photos2 is not in /photos, and everything is in the root. */
export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
