import { dirname } from "node:path";
import open from "open";

/** A machine without a browser, or without a screen, is no fault: the link was printed. */
export async function openInBrowser(address: string): Promise<void> {
  await open(address).catch(() => undefined);
}

/** Opens the folder that a file lies in. */
export async function revealInFileManager(path: string): Promise<void> {
  await open(dirname(path));
}
