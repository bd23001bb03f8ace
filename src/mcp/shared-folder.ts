import type { PictureFacts } from "./picture-facts.ts";

/** A list of fewer is shorter with whole paths. */
const FROM = 3;

/**
 * The folder, with its last separator, that holds all files of a list: said once, it is most of what their paths cost an
 * assistant. Undefined where they share none, or a picture is no file.
 */
export function sharedFolder(pictures: readonly Pick<PictureFacts, "path">[]): string | undefined {
  const [first, ...others] = pictures.map(({ path }) => path);
  if (first === undefined || pictures.length < FROM) return undefined;
  let length = endOfFolder(first, first.length);
  for (const path of others)
    while (length > 0 && !path.startsWith(first.slice(0, length))) length = endOfFolder(first, length - 1);
  const folder = first.slice(0, length);
  return isAbsolute(folder) ? folder : undefined;
}

export const below = (path: string, folder: string) => path.slice(folder.length);

/** After the last separator before `end`; 0 where there is none. */
function endOfFolder(path: string, end: number): number {
  const before = path.slice(0, end);
  const slash = before.lastIndexOf("/");
  // Elsewhere than on Windows a backslash begins an escape.
  return 1 + (path.startsWith("/") ? slash : Math.max(slash, before.lastIndexOf("\\")));
}

/** Deeper than the root of a disk, which would save nothing; `discord:` begins no path. */
const isAbsolute = (folder: string) => /^(?:\/|[a-z]:[\\/]|\\\\)./i.test(folder);
