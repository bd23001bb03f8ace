import { setMaxListeners } from "node:events";
import { readConfig } from "../config.ts";
import type { Library } from "../core/index.ts";
import type { GlobalOptions } from "./program.ts";

export interface SessionOptions {
  /** Open although the vectors were made by a model that is not there: for commands that do not ask it. */
  readonly anyModel?: boolean;
  /** Only look: where there is no library none is made. */
  readonly mustExist?: boolean;
  /** Work in this folder instead of the configured library. */
  readonly directory?: string;
}

/** Opens the library for one command, and closes it however the command ends. */
export async function withLibrary<Result>(
  flags: GlobalOptions,
  work: (library: Library, signal: AbortSignal) => Promise<Result>,
  options: SessionOptions = {},
): Promise<Result> {
  const config = readConfig(flags);
  // Loaded here, not at the top: help and errors should not wait for it.
  const { openLibrary } = await import("../core/open-library.ts");
  const library = await openLibrary({
    directory: options.directory ?? config.library,
    model: config.model,
    settings: config.settings,
    childProcess: config.childProcess,
    allowModelMismatch: options.anyModel,
    mustExist: options.mustExist,
  });
  const { signal, release } = untilInterrupted();
  try {
    return await work(library, signal);
  } finally {
    release();
    await library.close();
  }
}

/** For commands that only look or look after: where there is no library, none is made. @throws LibraryError */
export const withExistingLibrary: typeof withLibrary = (flags, work, options) =>
  withLibrary(flags, work, { ...options, mustExist: true });

/** Aborts on the first Ctrl-C or SIGTERM; a second one ends the process at once, as people expect. */
export function untilInterrupted(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  // Every picture in flight listens.
  setMaxListeners(0, controller.signal);
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const release = () => void process.off("SIGINT", stop).off("SIGTERM", stop);
  return { signal: controller.signal, release };
}
