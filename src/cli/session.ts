import { setMaxListeners } from "node:events";
import { constants, setPriority } from "node:os";
import type { Command } from "commander";
import { type Config, readConfig } from "../config.ts";
import { describeDevice, type Library } from "../core/index.ts";
import type { OpenLibraryOptions } from "../core/open-library.ts";
import type { DeviceChoice, PictureLimits } from "../core/types.ts";
import type { MetricsAddress } from "../shared/metrics.ts";
import { logLine, printable } from "./output.ts";

/** Options that every command takes. */
export interface GlobalOptions {
  readonly library?: string;
  readonly model?: string;
  readonly device?: string;
  /** False for `--no-text`, which some commands take. */
  readonly text?: boolean;
}

/** The global options, wherever on the line they stood. */
export const globalOptions = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();

export interface SessionOptions {
  /** Open even if the model that made the vectors is missing: for commands that need no model. */
  readonly allowModelMismatch?: boolean;
  /** Fail where there is no library, instead of creating one. */
  readonly mustExist?: boolean;
  /** Checks what would make the whole command fail; when it throws, no library is created. */
  readonly beforeCreating?: () => Promise<unknown>;
  /** Whether other programs are to have the processor first. */
  readonly nice?: boolean | undefined;
  /** What a picture may cost, instead of what is configured. */
  readonly limits?: Partial<PictureLimits> | undefined;
  /** Library to open instead of the configured one. */
  readonly directory?: string;
}

/** Which library is configured, and how it is opened. */
export const libraryOptions = (config: Config): OpenLibraryOptions => ({
  directory: config.library,
  server: config.server,
  model: config.model,
  settings: config.settings,
  readText: config.readText,
  devices: config.devices,
  onDevice: logDevice,
  childProcess: config.childProcess,
  limits: config.limits,
});

/** What was told last of each device that was asked for: every process that embeds tests it again. */
const told = new Map<string, string>();

/** Without being asked for, an accelerator that cannot be used is no news: `status` and `doctor` tell of it. */
function logDevice(choice: DeviceChoice): void {
  if (choice.device === "cpu" && choice.asked === "auto") return;
  const news = JSON.stringify([choice.device, choice.refused]);
  if (told.get(choice.asked) === news) return;
  told.set(choice.asked, news);
  logLine(`Pictures are embedded on ${printable(describeDevice(choice))}.`);
}

/** Opens the library for one command, and closes it however the command ends. */
export async function withLibrary<Result>(
  flags: GlobalOptions,
  work: (library: Library, signal: AbortSignal) => Promise<Result>,
  options: SessionOptions = {},
): Promise<Result> {
  const config = readConfig(flags);
  // The processes that it starts inherit that.
  if (options.nice) setPriority(constants.priority.PRIORITY_LOW);
  // Imported late: help and usage errors need none of it.
  const { openLibrary } = await import("../core/open-library.ts");
  const library = await openLibrary({
    ...libraryOptions(config),
    ...(options.directory !== undefined && { directory: options.directory, server: undefined }),
    ...(options.limits && { limits: options.limits }),
    nice: options.nice,
    allowModelMismatch: options.allowModelMismatch,
    mustExist: options.mustExist,
    beforeCreating: options.beforeCreating,
  });
  const { signal, release } = untilInterrupted();
  try {
    return await work(library, signal);
  } finally {
    release();
    await library.close();
  }
}

/** For commands that make no sense without a library: none is created. @throws LibraryError */
export const withExistingLibrary: typeof withLibrary = (flags, work, options) =>
  withLibrary(flags, work, { ...options, mustExist: true });

/** Serves `--metrics`, where it was given, for as long as the work takes. */
export async function withMetrics<Result>(
  address: MetricsAddress | undefined,
  library: Library,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!address) return work();
  const { serveMetrics } = await import("../shared/metrics.ts");
  const { url, close } = await serveMetrics({ ...address, library: async () => library });
  logLine(`Metrics on ${url}`);
  return work().finally(close);
}

/** For `beforeCreating`. */
export async function checkAddable(paths: readonly string[]): Promise<void> {
  const core = await import("../core/open-library.ts");
  await core.checkAddable(paths);
}

/** Aborts on the first Ctrl-C or SIGTERM; a second one exits at once, as users expect. */
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
