import { rename, rm, writeFile } from "node:fs/promises";

/** Whoever reads the file meanwhile finds it as it was, or whole; of several processes that write it the last one wins. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
