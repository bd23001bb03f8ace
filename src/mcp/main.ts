import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { OpenLibraryOptions } from "../core/open-library.ts";
import { packageFolder } from "../core/package-folder.ts";
import type { MetricsAddress, ServedMetrics } from "../shared/metrics.ts";
import { realPaths } from "../shared/visible-folders.ts";
import type { HttpOptions } from "./http.ts";
import { indexingJob } from "./indexing.ts";
import { Service } from "./service.ts";
import { serveStdio } from "./stdio.ts";

export interface McpOptions {
  /** Passed to openLibrary when the library is first used. */
  readonly library: OpenLibraryOptions;
  /** Product version, for the client. */
  readonly version: string;
  /** Absolute. Empty: every folder that was added to the library. */
  readonly folders: readonly string[];
  /** Whether clients may index the allowed folders; those given are indexed at the start. */
  readonly allowIndex: boolean;
  /** Whether clients may note what a user said of answers. Default: false. */
  readonly allowMarks?: boolean | undefined;
  /** Whether clients may tag pictures and note what a user said. Default: false. */
  readonly allowTags?: boolean | undefined;
  /** How old the last look through a folder is before a question has it looked through again. Absent: never. */
  readonly rescanMs?: number | undefined;
  /** Absolute: where clients may have copies of pictures put. Absent: nowhere. */
  readonly exportFolder?: string | undefined;
  /** Whether pictures that came from Discord may be seen. */
  readonly includeDiscord: boolean;
  /** Absent: stdio. */
  readonly http?: HttpOptions | undefined;
  /** Where metrics are served; absent: nowhere. */
  readonly metrics?: MetricsAddress | undefined;
}

const CLOSE_LIMIT_MS = 10_000;

const log = (line: string) => void process.stderr.write(`glimpse mcp: ${line}\n`);

/** Serves until the client disconnects or the process gets SIGTERM or SIGINT, then closes everything. */
export async function runMcp(options: McpOptions): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  let opened: ReturnType<typeof openLibraryOf> | undefined;
  const service = new Service({
    ...options,
    galleryFile: join(packageFolder, "dist/mcp/gallery.html"),
    log,
    openLibrary: () => {
      opened = openLibraryOf(options);
      return opened;
    },
  });
  let metrics: ServedMetrics | undefined;
  try {
    if (options.metrics) {
      const { serveMetrics } = await import("../shared/metrics.ts");
      metrics = await serveMetrics({
        ...options.metrics,
        library: () => service.library().then(() => opened ?? Promise.reject()),
      });
      log(`metrics on ${metrics.url}`);
    }
    if (options.allowIndex) await indexAtStart(service, stop.signal);
    if (options.http) {
      // Over stdio the first tool call says it; an operator who starts a server is to hear it at once.
      if (options.library.server === undefined) (await import("../core/open-library.ts")).checkDriver();
      await (await import("./http.ts")).serveHttp(service, options.http, stop.signal);
    } else await serveStdio(service, stop.signal);
  } finally {
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
    stop.abort();
    metrics?.close();
    // A client that disconnects must not leave a process behind, whatever its work hangs in.
    setTimeout(() => process.exit(1), CLOSE_LIMIT_MS).unref();
    await service.close();
  }
}

/** Imported late: a client's first requests need neither database nor model. */
async function openLibraryOf({ library }: McpOptions) {
  const { openLibrary } = await import("../core/open-library.ts");
  return openLibrary(library);
}

/** Indexing starts late, so that it does not slow down the client's first requests. */
const INDEX_DELAY_MS = 1500;

/** Brings the given folders up to date in the background; the job is there at once, so that who asks early hears of it. */
async function indexAtStart(service: Service, signal: AbortSignal): Promise<void> {
  const folders = await realPaths(service.access.restriction);
  if (folders.length === 0) return;
  const library = async () => {
    await delay(INDEX_DELAY_MS, undefined, { signal, ref: false });
    return service.library();
  };
  service.jobs.background(indexingJob(library, folders));
}
