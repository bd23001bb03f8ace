/** Whether there is a terminal to ask on. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks on the terminal; anything but yes counts as no, and the command that was to do it ends with exit code 1. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const isYes = /^\s*y(?:es)?\s*$/i.test(await ask(`${question} [y/N] `, signal));
  if (!isYes) process.exitCode = 1;
  return isYes;
}

/** What was typed on the terminal. @throws the signal's reason when it is interrupted or closed */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  // A terminal that is read line by line does not raise the signal by itself.
  terminal.on("SIGINT", () => stop.abort()).on("close", () => stop.abort());
  try {
    return await terminal.question(question, { signal: AbortSignal.any([signal, stop.signal]) });
  } finally {
    terminal.close();
  }
}
