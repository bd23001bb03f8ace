import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Gauge, Registry } from "prom-client";
import { type Library, messageOf, onMeasurement, UsageError } from "../core/index.ts";
import { hostInUrl } from "./http-hosts.ts";

/** Where `--metrics` serves. */
export interface MetricsAddress {
  /** Default: this machine alone. */
  readonly host?: string | undefined;
  /** 0: any free one. */
  readonly port: number;
}

export interface MetricsOptions extends MetricsAddress {
  /** Opened when it is first asked for, where it is not open anyway. */
  readonly library: () => Promise<Pick<Library, "workload">>;
  /** Whether nothing is ready without a connection to Discord. */
  readonly needsGateway?: boolean | undefined;
}

export interface ServedMetrics {
  readonly url: string;
  close(): void;
}

/** From a question within a channel to one over a large library that a cold model answers. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const READY_WITHIN_MS = 5000;

/**
 * Serves `/metrics` for Prometheus, `/healthz` (this process answers) and `/readyz` (the library answers, and Discord is
 * connected where it must be). No label holds anything of pictures, questions, people or places.
 * @throws UsageError when the address cannot be used, or the package that writes metrics was left out
 */
export async function serveMetrics(options: MetricsOptions): Promise<ServedMetrics> {
  const { host = "127.0.0.1", port, library } = options;
  const { metrics, type, gateway, stop } = await collect(library);
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    const answer = (work: () => Promise<void>) =>
      work().catch((error: unknown) => send(response, 500, `${messageOf(error)}\n`));
    if (request.method !== "GET" && request.method !== "HEAD") send(response, 405, "Only GET.\n");
    else if (path === "/healthz") send(response, 200, "ok\n");
    else if (path === "/readyz")
      void answer(async () => {
        const reason = await whyNotReady(library, options.needsGateway ? gateway : undefined);
        send(response, reason === undefined ? 200 : 503, `${reason ?? "ready"}\n`);
      });
    else if (path === "/metrics") void answer(async () => send(response, 200, await metrics(), type));
    else send(response, 404, "There are /metrics, /healthz and /readyz.\n");
  });
  server.requestTimeout = 10_000;
  server.maxConnections = 64;
  server.listen(port, host);
  await once(server, "listening").catch((error: unknown) => {
    stop();
    throw new UsageError(
      `Metrics cannot be served on ${host}:${port}: ${String(error)}. Choose another --metrics.`,
    );
  });
  // The work itself decides when the program ends.
  server.unref();
  const { port: used } = server.address() as AddressInfo;
  return {
    url: `http://${hostInUrl(host)}:${used}/metrics`,
    close: () => {
      stop();
      server.closeAllConnections();
      server.close();
    },
  };
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}

async function whyNotReady(
  library: MetricsOptions["library"],
  gateway: { readonly isReady: boolean } | undefined,
): Promise<string | undefined> {
  if (gateway && !gateway.isReady) return "Discord is not connected.";
  const slow = new Promise<string>((resolve) => {
    setTimeout(() => resolve("The library does not answer."), READY_WITHIN_MS).unref();
  });
  const asked = library()
    .then((opened) => opened.workload())
    // What it says may name folders; the log has it.
    .then(
      () => undefined,
      () => "The library cannot be used.",
    );
  return Promise.race([asked, slow]);
}

type Client = typeof import("prom-client");

async function loadClient(): Promise<Client> {
  try {
    return await import("prom-client");
  } catch (cause) {
    throw new UsageError(
      "--metrics needs the package prom-client, which was left out when Glimpse was installed. Install it: npm install prom-client",
      { cause },
    );
  }
}

async function collect(library: MetricsOptions["library"]) {
  const client = await loadClient();
  const registry: Registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const histogram = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new client.Histogram({ name, help, labelNames, buckets: SECONDS, registers });
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new client.Counter({ name, help, labelNames, registers });
  const questions = histogram("glimpse_question_seconds", "How long questions took.", ["verb", "outcome"]);
  const pictures = counter("glimpse_pictures_total", "Pictures embedded, and failures by kind.", ["outcome"]);
  const commands = histogram(
    "glimpse_discord_command_seconds",
    "How long commands and buttons on Discord took.",
    ["command", "outcome"],
  );
  const gauge = (name: string, help: string) => new client.Gauge({ name, help, registers });
  const connected = gauge("glimpse_discord_connected", "1 while every shard is connected to Discord.");
  const guilds = gauge("glimpse_discord_guilds", "Servers that the bot is in.");
  const ping = gauge("glimpse_discord_ping_seconds", "Mean heartbeat of the gateway.");
  const update = addWorkload(gauge, library);
  const gateway = { isReady: false };
  const outcomeOf = (failed: boolean) => (failed ? "failed" : "answered");
  const ends = [
    onMeasurement("question", ({ verb, seconds, failed }) =>
      questions.observe({ verb, outcome: outcomeOf(failed) }, seconds),
    ),
    onMeasurement("picture", ({ outcome }) => pictures.inc({ outcome })),
    onMeasurement("command", ({ command, seconds, failed }) =>
      commands.observe({ command, outcome: outcomeOf(failed) }, seconds),
    ),
    onMeasurement("gateway", (state) => {
      gateway.isReady = state.isReady;
      connected.set(Number(state.isReady));
      guilds.set(state.guilds);
      if (state.pingMs >= 0) ping.set(state.pingMs / 1000);
    }),
  ];
  const stop = () => {
    for (const end of ends) end();
    registry.clear();
  };
  const metrics = async () => {
    await update();
    return registry.metrics();
  };
  return { metrics, type: registry.contentType, gateway, stop };
}

/** @returns what asks the library, before each scrape; while it does not answer, all but the first stay as they were */
function addWorkload(
  gauge: (name: string, help: string) => Gauge,
  library: MetricsOptions["library"],
): () => Promise<void> {
  const up = gauge("glimpse_library_up", "1 when the library answered this scrape.");
  const images = gauge("glimpse_library_images", "Images in the library.");
  const failed = gauge("glimpse_library_failed", "Files and posts that cannot be used.");
  const texts = gauge("glimpse_texts_waiting", "Pictures whose text waits to be read.");
  const waiting = gauge("glimpse_jobs_waiting", "Jobs that no worker has taken.");
  const active = gauge("glimpse_jobs_active", "Jobs that workers have.");
  const givenUp = gauge("glimpse_jobs_given_up", "Jobs that were tried too often.");
  const oldest = gauge("glimpse_oldest_job_seconds", "How long the oldest job has waited.");
  const workers = gauge("glimpse_workers", "Workers that live.");
  return async () => {
    try {
      const load = await (await library()).workload();
      up.set(1);
      images.set(load.images);
      failed.set(load.failed);
      texts.set(load.textsWaiting);
      const { shared } = load;
      if (!shared) return;
      waiting.set(Object.values(shared.waiting).reduce((sum, count) => sum + count, 0));
      active.set(shared.active);
      givenUp.set(shared.givenUp);
      oldest.set(shared.oldest ?? 0);
      workers.set(shared.workers.length);
    } catch {
      up.set(0);
    }
  };
}
