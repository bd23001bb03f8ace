import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LibraryError, systemCode } from "../errors.ts";

/** Whether there is a catalog to open; checking does not create one. @throws LibraryError when it cannot be accessed */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    const code = systemCode(cause);
    if (code === "ENOENT") return false;
    throw new LibraryError(
      `The library folder ${dirname(path)} cannot be looked into (${code}). Check that it is a folder which you may read.`,
      { cause },
    );
  }
}
