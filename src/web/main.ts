import { once } from "node:events";
import { join } from "node:path";
import { LibraryError } from "../core/errors.ts";
import type { ModelStore, OpenLibraryOptions } from "../core/open-library.ts";
import { packageFolder } from "../core/package-folder.ts";
import { isLoopback } from "../shared/http-hosts.ts";
import { type MetricsAddress, type ServedMetrics, serveMetrics } from "../shared/metrics.ts";
import { VisibleFolders } from "../shared/visible-folders.ts";
import { BackgroundWork } from "./background-work.ts";
import { readClientFiles } from "./client-files.ts";
import { openInBrowser, revealInFileManager } from "./desktop.ts";
import { Examples } from "./examples.ts";
import { listen } from "./server.ts";
import type { Upkeep } from "./web-context.ts";

export interface WebOptions {
  readonly library: OpenLibraryOptions;
  /** Product version, for the page. */
  readonly version: string;
  /** Absolute. Empty: every folder that was added to the library. */
  readonly folders: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly password: string | undefined;
  readonly allowedHosts: readonly string[] | undefined;
  /** Whether the page may change what the library knows. */
  readonly mayEdit: boolean;
  /** Whether spare files may be moved to another folder. */
  readonly mayMove: boolean;
  /** Where models are downloaded from; default: huggingface.co. */
  readonly hub: string | undefined;
  /** Whether the link is opened in the browser of this machine. */
  readonly opensBrowser: boolean;
  /** Where metrics are served; absent: nowhere. */
  readonly metrics?: MetricsAddress | undefined;
}

const CLOSE_LIMIT_MS = 10_000;

const log = (line: string) => void process.stderr.write(`glimpse web: ${line}\n`);

/** Serves the page until the process gets SIGTERM or SIGINT, then closes everything. */
export async function runWeb(options: WebOptions): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  const { ModelStore, openLibrary } = await import("../core/open-library.ts");
  const library = await openLibrary(options.library);
  const onError = (error: unknown) =>
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const web = {
    library,
    visible: new VisibleFolders(options.folders),
    examples: new Examples(),
    version: options.version,
    signal: stop.signal,
    work: new BackgroundWork(stop.signal, onError),
    mayEdit: options.mayEdit,
    mayMove: options.mayMove,
    upkeep:
      options.folders.length === 0
        ? upkeepOf(options, new ModelStore({ ...options.library, hub: options.hub }))
        : undefined,
    reveal: isLoopback(options.host) ? revealInFileManager : undefined,
  };
  let metrics: ServedMetrics | undefined;
  try {
    if (options.mayMove) await library.moves.recover().catch(unlessBusy);
    if (options.metrics) {
      metrics = await serveMetrics({ ...options.metrics, library: async () => library });
      log(`metrics on ${metrics.url}`);
    }
    const { server, link } = await listen(web, {
      ...options,
      files: readClientFiles(join(packageFolder, "dist/web")),
      onLinkUsed: (next) => log(`opened. For another browser: ${next}`),
      onError,
    });
    process.stdout.write(`${link()}\n`);
    log("Open the link; it serves one browser. Ctrl-C ends the server.");
    if (options.opensBrowser) await openInBrowser(link());
    if (!stop.signal.aborted) await once(stop.signal, "abort");
    server.closeAllConnections();
    server.close();
  } finally {
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
    stop.abort();
    metrics?.close();
    setTimeout(() => process.exit(1), CLOSE_LIMIT_MS).unref();
    await library.close();
  }
}

/** Another process is moving files, and finishes what was interrupted itself. */
function unlessBusy(error: unknown): void {
  if (!(error instanceof LibraryError)) throw error;
  log(error.message);
}

function upkeepOf({ library }: WebOptions, store: ModelStore): Upkeep {
  return {
    models: () => store.list(),
    pull: (id, variant, work) => store.pull(id, { variant, ...work }),
    diagnose: async function* () {
      const { diagnose } = await import("../core/doctor/doctor.ts");
      yield* diagnose(library);
    },
  };
}
