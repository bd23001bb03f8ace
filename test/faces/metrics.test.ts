import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { metricsAddress } from "../../src/cli/option-values.ts";
import { measure, UsageError } from "../../src/core/index.ts";
import { timedQuestion } from "../../src/core/measurements.ts";
import { type MetricsOptions, type ServedMetrics, serveMetrics } from "../../src/shared/metrics.ts";

const workload = {
  images: 12,
  placements: 13,
  failed: 2,
  textsWaiting: 5,
  shared: {
    workers: [],
    waiting: { file: 3, post: 4, text: 0, vector: 0 },
    active: 2,
    givenUp: 1,
    oldest: 61.5,
  },
};

const running: ServedMetrics[] = [];
afterEach(() => {
  for (const served of running.splice(0)) served.close();
});

async function serve(options: Partial<MetricsOptions> = {}) {
  const served = await serveMetrics({
    port: 0,
    library: async () => ({ workload: async () => workload }),
    ...options,
  });
  running.push(served);
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(new URL(path, served.url), init);
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      text: await response.text(),
    };
  };
  return { ...served, get };
}

const sample = (text: string, series: string) =>
  text
    .split("\n")
    .find((line) => line.startsWith(`${series} `))
    ?.slice(series.length + 1);

test("what the program does is counted, and what waits is asked for", async () => {
  const { get, url } = await serve();
  expect(new URL(url).hostname).toBe("127.0.0.1");
  await timedQuestion("find", async () => "found");
  await timedQuestion("find", () => Promise.reject(new Error("no"))).catch(() => undefined);
  measure("picture", { outcome: "embedded" });
  measure("picture", { outcome: "embedded" });
  measure("picture", { outcome: "damaged" });
  measure("command", { command: "find", seconds: 0.3, failed: false });
  measure("gateway", { isReady: true, guilds: 7, pingMs: 40 });
  const { status, type, text } = await get("/metrics");
  expect(status).toBe(200);
  expect(type).toContain("text/plain; version=0.0.4");
  for (const [series, value] of Object.entries({
    'glimpse_question_seconds_count{verb="find",outcome="answered"}': "1",
    'glimpse_question_seconds_count{verb="find",outcome="failed"}': "1",
    'glimpse_pictures_total{outcome="embedded"}': "2",
    'glimpse_pictures_total{outcome="damaged"}': "1",
    'glimpse_discord_command_seconds_bucket{le="0.5",command="find",outcome="answered"}': "1",
    'glimpse_discord_command_seconds_bucket{le="0.25",command="find",outcome="answered"}': "0",
    glimpse_discord_connected: "1",
    glimpse_discord_guilds: "7",
    glimpse_discord_ping_seconds: "0.04",
    glimpse_library_up: "1",
    glimpse_library_images: "12",
    glimpse_library_failed: "2",
    glimpse_texts_waiting: "5",
    glimpse_jobs_waiting: "7",
    glimpse_oldest_job_seconds: "61.5",
    glimpse_workers: "0",
  }))
    expect(sample(text, series), series).toBe(value);
  expect(Number(sample(text, "process_resident_memory_bytes"))).toBeGreaterThan(1e7);
});

test("after closing nothing is served or counted any more, and another start counts from zero", async () => {
  const first = await serve();
  first.close();
  await expect(first.get("/metrics")).rejects.toThrow();
  measure("picture", { outcome: "embedded" });
  const { text } = await (await serve()).get("/metrics");
  expect(sample(text, 'glimpse_pictures_total{outcome="embedded"}')).toBeUndefined();
});

test("alive is who answers; ready, whose library answers and who is connected where they must be", async () => {
  const broken: MetricsOptions["library"] = async () => {
    throw new Error("/home/ann/secret folder is gone");
  };
  const away = await serve({ library: broken });
  expect(await away.get("/healthz")).toMatchObject({ status: 200, text: "ok\n" });
  const unready = await away.get("/readyz");
  expect(unready).toMatchObject({ status: 503, text: "The library cannot be used.\n" });
  const scraped = await away.get("/metrics");
  expect(sample(scraped.text, "glimpse_library_up")).toBe("0");
  expect(unready.text + scraped.text).not.toContain("secret");

  const bot = await serve({ needsGateway: true });
  expect(await bot.get("/readyz")).toMatchObject({ status: 503, text: "Discord is not connected.\n" });
  measure("gateway", { isReady: true, guilds: 1, pingMs: 1 });
  expect((await bot.get("/readyz")).status).toBe(200);
  measure("gateway", { isReady: false, guilds: 0, pingMs: -1 });
  expect((await bot.get("/readyz")).status).toBe(503);
  expect((await bot.get("/readyz?x=1", { method: "POST" })).status).toBe(405);
  expect((await bot.get("/")).status).toBe(404);
});

test("a taken port, and what is no address, are told", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  await expect(serve({ port })).rejects.toThrow(UsageError);
  await expect(serve({ port })).rejects.toThrow(/EADDRINUSE.*Choose another --metrics/);
  taken.close();
  expect(metricsAddress("9464")).toEqual({ host: undefined, port: 9464 });
  expect(metricsAddress("0.0.0.0:9464")).toEqual({ host: "0.0.0.0", port: 9464 });
  expect(metricsAddress("[::1]:9464")).toEqual({ host: "::1", port: 9464 });
  for (const wrong of ["", "x", ":", "host:", "1:2:3", "-1", "99999", "http://x:1"])
    expect(() => metricsAddress(wrong), wrong).toThrow(/port/i);
});

test("each expression of the dashboard names metrics that are served, and labels that they have", async () => {
  const { get } = await serve();
  measure("question", { verb: "find", seconds: 1, failed: false });
  measure("picture", { outcome: "embedded" });
  measure("command", { command: "find", seconds: 1, failed: false });
  const { text } = await get("/metrics");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const labels = new Map<string, Set<string>>();
  for (const line of lines) {
    const [, name = "", list = ""] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    labels.set(name, new Set([...list.matchAll(/(\w+)="/g)].map(([, label = ""]) => label)));
  }
  const dashboard = JSON.parse(
    readFileSync(new URL("../../packaging/grafana-dashboard.json", import.meta.url), "utf8"),
  ) as { panels: { targets: { expr: string; legendFormat: string }[] }[] };
  const targets = dashboard.panels.flatMap((panel) => panel.targets);
  expect(targets.length).toBeGreaterThan(15);
  for (const { expr, legendFormat } of targets) {
    const names = expr.match(/\b(?:glimpse|process|nodejs)_\w+/g) ?? [];
    expect(names.length, expr).toBeGreaterThan(0);
    for (const name of names) {
      expect([...labels.keys()], expr).toContain(name);
      const by = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(", ") ?? [];
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
      // Prometheus adds the instance.
      for (const label of [...by, ...shown])
        expect(["instance", ...(labels.get(name) ?? [])], expr).toContain(label);
    }
  }
  // Nothing that is served is missing from it.
  const own = [...labels.keys()].filter(
    (name) => name.startsWith("glimpse_") && !/_(?:sum|bucket|count)$/.test(name),
  );
  for (const name of own) expect(targets.map(({ expr }) => expr).join(" "), name).toContain(name);
});
