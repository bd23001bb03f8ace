import { stat } from "node:fs/promises";

const AT_ONCE = 64;

/** How many files these paths are: hard links and symbolic links to one file are one. What cannot be looked at counts as a file of its own. */
export async function countFiles(paths: readonly string[]): Promise<number> {
  const files = new Set<string>();
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    const some = paths.slice(start, start + AT_ONCE);
    for (const file of await Promise.all(some.map(fileAt))) files.add(file);
  }
  return files.size;
}

/** Inode numbers of Windows and of some file systems need more than 53 bits. */
const fileAt = (path: string): Promise<string> =>
  stat(path, { bigint: true }).then(
    ({ dev, ino }) => (ino === 0n ? path : `${dev}:${ino}`),
    () => path,
  );
