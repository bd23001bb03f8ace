/**
 * The names that lead from a folder to a path in it, both of one host but not of this one, whatever separates them
 * there; undefined for what is not in the folder, none for the folder itself.
 */
export function namesBelow(path: string, folder: string): string[] | undefined {
  if (!path.startsWith(folder)) return undefined;
  const rest = path.slice(folder.length);
  const isWindows = /^(?:[A-Za-z]:|\\\\)/.test(folder);
  const separator = isWindows ? /[/\\]/ : /\//;
  const isWhole = rest === "" || separator.test(folder.slice(-1)) || separator.test(rest.slice(0, 1));
  return isWhole ? rest.split(separator).filter((name) => name !== "") : undefined;
}
