/** Whether there is a terminal to ask on. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks on the terminal; anything but yes counts as no. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  // A terminal that is read line by line does not raise the signal by itself.
  terminal.on("SIGINT", () => stop.abort()).on("close", () => stop.abort());
  try {
    const typed = await terminal.question(`${question} [y/N] `, {
      signal: AbortSignal.any([signal, stop.signal]),
    });
    return /^\s*y(?:es)?\s*$/i.test(typed);
  } finally {
    terminal.close();
  }
}
