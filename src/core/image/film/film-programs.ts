import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** What films are read with; both come with ffmpeg. */
const PROGRAMS = ["ffmpeg", "ffprobe"];
const SUFFIX = process.platform === "win32" ? ".exe" : "";

/** Whether each is in a folder of the PATH of this environment. */
export async function hasFilmPrograms(env: Readonly<Record<string, string>> = {}): Promise<boolean> {
  // Windows writes the name in any case.
  const path = Object.entries(env).find(([name]) => /^path$/i.test(name))?.[1] ?? "";
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  for (const program of PROGRAMS) {
    const there = folders.map((folder) =>
      access(join(folder, program + SUFFIX), constants.X_OK).then(
        () => true,
        () => false,
      ),
    );
    if (!(await Promise.all(there)).includes(true)) return false;
  }
  return true;
}
