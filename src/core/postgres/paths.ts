/** The folder that a file is in, its separator at the end. */
export const folderOf = (path: string): string =>
  path.slice(0, 1 + Math.max(path.lastIndexOf("/"), path.startsWith("/") ? -1 : path.lastIndexOf("\\")));

/**
 * SQL: whether a path, by an index on its beginning, lies from one path up to but not another. Values are placeholders
 * or columns.
 */
export const isBetween = (path: string, from: string, to: string): string =>
  `path_start(${path}) >= path_start(${from}) AND path_start(${path}) <= path_start(${to})
    AND ${path} >= ${from} COLLATE "C" AND ${path} < ${to} COLLATE "C"`;

/** A file's path from its root's own name on: the words that it is found by. */
export function nameBelow(root: string, path: string): string {
  const rootFolder = root.replace(/[^/\\]*$/, "");
  return path.slice(rootFolder.length);
}
