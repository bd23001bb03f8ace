import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { authorization, commandFile, server } from "../client.mjs";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("./", import.meta.url));

/** Scenarios that need no tools made for the suite: those a server of a product has to pass. */
const SCENARIOS = {
  "2025-11-25": [
    "server-initialize",
    "server-session-lifecycle",
    "ping",
    "tools-list",
    "resources-list",
    "prompts-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
  ],
  "2026-07-28": [
    "tools-list",
    "resources-list",
    "prompts-list",
    "caching",
    "sep-2164-resource-not-found",
    "http-header-validation",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
  ],
};

export const ways = Object.keys(SCENARIOS);

/** What came of each scenario. */
export async function check(revision) {
  const proxy = await tokenProxy();
  const suite = commandFile(folder, "@modelcontextprotocol/conformance", "conformance");
  const results = [];
  for (const scenario of SCENARIOS[revision]) {
    const args = ["server", "--url", proxy.url, "--scenario", scenario, "--spec-version", revision];
    const problem = await exec(`${folder}node_modules/node/bin/node`, [suite, ...args], {
      cwd: server.env.HOME,
    }).then(
      () => undefined,
      (error) => `${error.stdout}${error.stderr}`.trim().slice(-300).replaceAll("\n", " "),
    );
    results.push({ feature: scenario, ...(problem !== undefined && { problem }) });
  }
  proxy.close();
  return results;
}

/** The suite cannot send a token, so this stands between and adds it; everything else passes as it is. */
async function tokenProxy() {
  const proxy = createServer((incoming, outgoing) => {
    const { authorization: _none, ...sent } = incoming.headers;
    const headers = { ...sent, ...authorization };
    const forward = request(server.url, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => forward.destroy());
    incoming.pipe(forward);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${proxy.address().port}/mcp`,
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
