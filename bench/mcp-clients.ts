/**
 * Has clients that nobody here wrote use the built server, over stdio and HTTP, and prints what works of each as a table of
 * docs/mcp.md. Their packages, at fixed versions, are installed into folders of their own (test/mcp/clients); the npm
 * registry has to be at hand, and for one client that of Python. Usage: npm run bench -- mcp-clients [name…]
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const FEATURES = ["connects", "tools", "search", "pictures", "errors", "resources"];
const TOKEN = "clients";
const LIMIT_MS = 180_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const clients = join(root, "test/mcp/clients");
const main = join(root, "dist/cli/main.js");
const work = mkdtempSync(join(tmpdir(), "glimpse-clients-"));
const env = {
  PATH: process.env.PATH ?? "",
  HOME: work,
  GLIMPSE_LIBRARY: join(work, "library"),
  GLIMPSE_MCP_TOKEN: TOKEN,
  GLIMPSE_TEXT: "off",
};
const exec = promisify(execFile);

interface Row {
  readonly client: string;
  readonly way: string;
  /** Of each feature that was tried, what was wrong with it, if anything. */
  readonly problems: ReadonlyMap<string, string | undefined>;
}

/** As a process of its own that listens until it is stopped. */
async function listening(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = spawn(process.execPath, [main, "mcp", "--http", "--port", "0"], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const [, url] = /listening on (\S+)/.exec(line) ?? [];
    if (url !== undefined) {
      child.stderr.resume();
      return { url, stop: () => void child.kill("SIGTERM") };
    }
  }
  throw new Error("glimpse mcp --http ended. Run `npm run build` first.");
}

function install(name: string): string {
  const folder = join(clients, name);
  if (isPython(folder)) {
    if (existsSync(join(folder, "node_modules"))) return folder;
    // In a folder of that name, so that nothing looks through it.
    execFileSync("python3", ["-m", "venv", "node_modules"], { cwd: folder, stdio: ["ignore", 2, 2] });
    const pip = ["install", "--quiet", "--requirement", "requirements.txt"];
    execFileSync(join(folder, "node_modules/bin/pip"), pip, { cwd: folder, stdio: ["ignore", 2, 2] });
    return folder;
  }
  const flags = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  if (!existsSync(join(folder, "node_modules")))
    execFileSync("npm", ["install", ...flags], { cwd: folder, stdio: ["ignore", 2, 2] });
  return folder;
}

const isPython = (folder: string) => existsSync(join(folder, "requirements.txt"));

/** Some clients want a newer Node than this, which is among their packages. */
function nodeOf(folder: string): string {
  const own = join(folder, "node_modules/node/bin/node");
  return existsSync(own) ? own : process.execPath;
}

async function tryClient(name: string, url: string): Promise<Row[]> {
  const folder = install(name);
  const server = { command: process.execPath, args: [main, "mcp"], env, url, token: TOKEN };
  const [program = "", ...script] = isPython(folder)
    ? [join(folder, "node_modules/bin/python"), join(folder, "client.py")]
    : [nodeOf(folder), join(clients, "use.mjs"), name];
  const use = (...args: string[]) =>
    exec(program, [...script, ...args], {
      env: { ...env, GLIMPSE_SERVER: JSON.stringify(server) },
      timeout: LIMIT_MS,
    }).catch((error) => error as { stdout: string });
  const ways: string[] = JSON.parse((await use()).stdout);
  const rows: Row[] = [];
  for (const way of ways) {
    const { stdout } = await use(way);
    const lines = stdout.split("\n").filter((line) => line.startsWith('{"feature"'));
    const tried = lines.map((line) => JSON.parse(line) as { feature: string; problem?: string });
    rows.push({
      client: titleOf(name),
      way,
      problems: new Map(tried.map(({ feature, problem }) => [feature, problem])),
    });
  }
  return rows;
}

function titleOf(name: string): string {
  const python = join(clients, name, "requirements.txt");
  if (existsSync(python)) return readFileSync(python, "utf8").trim().replace("==", " ");
  const { dependencies } = JSON.parse(readFileSync(join(clients, name, "package.json"), "utf8"));
  const [[main, version] = ["", ""]] = Object.entries<string>(dependencies).filter(
    ([dependency]) =>
      !["node", "zod", "@langchain/core", "@mastra/core"].includes(dependency) && !isHelper(name, dependency),
  );
  return `${main} ${version}`;
}

/** What asks for another program that has no client of its own. */
const isHelper = (name: string, dependency: string) =>
  name === "mcp-proxy" && dependency === "@modelcontextprotocol/client";

function print(rows: readonly Row[]): void {
  console.log(`| client | how | ${FEATURES.join(" | ")} |`);
  console.log(`| --- | --- |${" --- |".repeat(FEATURES.length)}`);
  const isOfFeatures = ({ problems }: Row) =>
    [...problems.keys()].every((feature) => FEATURES.includes(feature));
  for (const { client, way, problems } of rows.filter(isOfFeatures)) {
    const cells = FEATURES.map((feature) =>
      problems.has(feature) ? (problems.get(feature) === undefined ? "yes" : "no") : "–",
    );
    console.log(`| ${client} | ${way} | ${cells.join(" | ")} |`);
  }
  for (const { client, way, problems } of rows.filter((row) => !isOfFeatures(row))) {
    const passed = [...problems].filter(([, problem]) => problem === undefined).map(([scenario]) => scenario);
    console.log(
      `- ${client}, ${way}: ${passed.length} of ${problems.size} scenarios pass: ${passed.join(", ")}`,
    );
  }
  for (const { client, way, problems } of rows)
    for (const [feature, problem] of problems)
      if (problem !== undefined) console.log(`- ${client}, ${way}, ${feature}: ${problem}`);
}

const named = process.argv.slice(2);
const all = readdirSync(clients, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const names = named.length > 0 ? named : all.map((entry) => entry.name);
try {
  execFileSync(process.execPath, [main, "add", join(root, "samples/animals"), "--model", "pocket"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const { url, stop } = await listening();
  const rows: Row[] = [];
  try {
    for (const name of names) {
      const tried = await tryClient(name, url);
      rows.push(...tried);
      console.error(`${name}: ${tried.map(({ way }) => way).join("; ")}`);
    }
  } finally {
    stop();
  }
  print(rows);
} finally {
  rmSync(work, { recursive: true, force: true });
}
