/** Where a folder's files lie in the order of paths: the path itself, and everything from `from` up to but not `to`. */
export interface PathRange {
  readonly exact: string;
  readonly from: string;
  readonly to: string;
}

/** A separator ends the folder's name, so that /photos2 is not in /photos. */
export function pathRange(folder: string): PathRange {
  const windows = !folder.startsWith("/");
  const exact = folder.replace(windows ? /[/\\]+$/ : /\/+$/, "");
  // The character after the separator is the first that sorts behind all files of the folder.
  return windows && !folder.includes("/")
    ? { exact, from: `${exact}\\`, to: `${exact}]` }
    : { exact, from: `${exact}/`, to: `${exact}0` };
}
