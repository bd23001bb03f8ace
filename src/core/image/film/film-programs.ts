import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** What films are read with; both come with ffmpeg. */
const PROGRAMS = ["ffmpeg", "ffprobe"];
const SUFFIX = process.platform === "win32" ? ".exe" : "";

/** Whether each is in a folder of this PATH. */
export async function hasFilmPrograms(path: string): Promise<boolean> {
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
