// Drives the product's MCP server by programs that nobody here wrote: the official conformance suite over HTTP and
// the inspector's command line over stdio and HTTP. Needs the npm registry, so it is no part of `npm test`.
// Usage: npm run build && node test/mcp/conformance.mjs
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CONFORMANCE = "@modelcontextprotocol/conformance@0.1.13"; // the last that runs on Node 20
const INSPECTOR = "@modelcontextprotocol/inspector@1.0.3";
const TOKEN = "conformance";

/** Scenarios that need no test fixtures: a product server has to pass them. */
const scenarios = [
  "server-initialize",
  "ping",
  "tools-list",
  "tools-call-error",
  "resources-list",
  "prompts-list",
  "server-sse-multiple-streams",
  "dns-rebinding-protection",
];

const root = fileURLToPath(new URL("../../", import.meta.url));
const glimpse = join(root, "dist/cli/main.js");
const samples = join(root, "samples");
// The suite's packages are fetched and run elsewhere: the project's own npm settings do not concern them.
const work = mkdtempSync(join(tmpdir(), "glimpse-conformance-"));
const library = join(work, "library");
const environment = { ...process.env, GLIMPSE_LIBRARY: library, GLIMPSE_MCP_TOKEN: TOKEN };

const failed = [];
await run("glimpse add samples", process.execPath, [glimpse, "add", samples, "--model", "pocket"]);
const server = spawn(process.execPath, [glimpse, "mcp", "--http", "--port", "0"], {
  env: environment,
  stdio: ["ignore", "ignore", "pipe"],
});
try {
  const url = await addressOf(server);
  const proxy = await tokenProxy(url);
  for (const scenario of scenarios) {
    await run(`conformance ${scenario}`, "npx", [
      ...["-y", CONFORMANCE, "server", "--url", proxy.url, "--scenario", scenario],
    ]);
  }
  const stdio = ["-y", INSPECTOR, "--cli", process.execPath, glimpse, "mcp"];
  const http = [
    "-y",
    INSPECTOR,
    "--cli",
    url,
    "--transport",
    "http",
    "--header",
    `Authorization: Bearer ${TOKEN}`,
  ];
  for (const [name, how] of Object.entries({ stdio, http })) {
    await inspect(
      `${name} tools/list`,
      [...how, "--method", "tools/list"],
      ({ tools }) => tools.length === 6,
    );
    await inspect(
      `${name} search_images`,
      [...how, "--method", "tools/call", "--tool-name", "search_images", "--tool-arg", "query=a dog"],
      ({ structuredContent }) => structuredContent.hits.length > 0,
    );
    await inspect(
      `${name} bad arguments`,
      [...how, "--method", "tools/call", "--tool-name", "view_images", "--tool-arg", "ids=nothing"],
      ({ isError }) => isError === true,
    );
    await inspect(
      `${name} resources/list`,
      [...how, "--method", "resources/list"],
      ({ resources }) => resources.length > 1,
    );
    await inspect(
      `${name} resources/read`,
      [...how, "--method", "resources/read", "--uri", "library://status"],
      ({ contents }) => JSON.parse(contents[0].text).images > 0,
    );
    await inspect(
      `${name} prompts/get`,
      [...how, "--method", "prompts/get", "--prompt-name", "find_picture", "--prompt-args", "memory=red car"],
      ({ messages }) => messages[0].content.text.includes("red car"),
    );
  }
  proxy.close();
} finally {
  server.kill("SIGTERM");
  rmSync(work, { recursive: true, force: true });
}
console.log(failed.length === 0 ? "all passed" : `failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Runs a program to its end, and says how it went. (Not in sync: the proxy lives in this process.) */
async function run(name, command, args, isGood = () => true) {
  const child = spawn(command, args, {
    cwd: work,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.setEncoding("utf8").toArray(),
    child.stderr.setEncoding("utf8").toArray(),
    once(child, "close"),
  ]);
  const good = code === 0 && isGood(stdout.join(""));
  console.log(`${good ? "pass" : "FAIL"}  ${name}`);
  if (good) return;
  failed.push(name);
  console.log([...stdout, ...stderr].join("").slice(-3000));
}

async function inspect(name, args, isGood) {
  await run(`inspector ${name}`, "npx", args, (stdout) => isGood(JSON.parse(stdout)));
}

function addressOf(child) {
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error("the server did not start")));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      const [, url] = /listening on (\S+)/.exec(text) ?? [];
      if (url) resolve(url);
    });
  });
}

/** The suite cannot send a token, so this stands between and adds it; everything else passes as it is. */
async function tokenProxy(target) {
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${TOKEN}` };
    const forward = request(target, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => forward.destroy());
    incoming.pipe(forward);
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${proxy.address().port}/mcp`,
    close: () => proxy.closeAllConnections() || proxy.close(),
  };
}
