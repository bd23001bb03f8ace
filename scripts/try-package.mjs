// Packs the program, installs the package into an empty prefix as `npm install --global` does, and runs every command from there, with
// an empty home. Usage: node scripts/try-package.mjs [--compile] [--bundle]
//
// Its two native modules are those that are compiled in node_modules already, so that it takes half a minute; --compile compiles them
// again, with all install scripts, as on a machine of somebody's. --bundle also makes the desktop bundle of it (packaging/manifest.json), by the official
// tool, which checks it and packs it; then what it unpacks is started as the manifest says. For both, the npm registry has to be at hand.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ensureInstalled, headersOfThisNode, root } from "./installed.mjs";

const isCompiled = process.argv.includes("--compile");
const COMPILED = ["better-sqlite3", "hnswlib-node"];

ensureInstalled();
const work = mkdtempSync(join(tmpdir(), "glimpse-package-"));
const prefix = join(work, "prefix");
const home = join(work, "home");
mkdirSync(home);
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

npm(["pack", "--pack-destination", work, "--loglevel=error"], root);
const tarball = readdirSync(work).find((name) => name.endsWith(".tgz"));
const install = [
  "install",
  "--global",
  "--prefix",
  prefix,
  `./${tarball}`,
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
];
npm([...install, ...(isCompiled ? [] : ["--ignore-scripts"])], work);
const installed = join(prefix, "lib/node_modules/glimpse-images");
for (const name of isCompiled ? [] : COMPILED) {
  const build = join(root, "node_modules", name, "build");
  // An optional one may be missing where nothing could compile it.
  if (existsSync(build)) cpSync(build, join(installed, "node_modules", name, "build"), { recursive: true });
}

const samples = join(installed, "samples");
const picture = join(samples, "animals", readdirSync(join(samples, "animals"))[0]);
/** Of each command: its arguments, what it prints, and its exit code where that is not 0. */
const commands = [
  ["demo", [], /dog|Sample/i],
  ["add", [join(samples, "animals"), join(samples, "food")], /\d+ (?:pictures )?added/],
  ["find", ["a", "dog"], /dog/],
  ["text", [picture], /./],
  ["classify", [picture, "--labels", "dog,car"], /dog|car/],
  ["tag", ["--vocabulary", "none"], /./, 2],
  ["duplicates", [], /./],
  ["groups", [], /./],
  ["mark", ["1"], /./],
  ["evaluate", [], /./],
  ["status", [], /pictures/],
  ["models", ["list"], /pocket/],
  ["doctor", [], /./],
  ["maintain", [], /./],
  ["backup", [join(work, "backup.glimpse")], /./],
  ["restore", [join(work, "backup.glimpse"), "--library", join(work, "restored")], /./],
  ["copy", [join(work, "library"), join(work, "copied")], /./],
  ["remove", [join(samples, "food"), "--yes"], /./],
  ["worker", [], /PostgreSQL/, 2],
  ["volume", [], /PostgreSQL/, 2],
  ["discord", [], /TOKEN/, 2],
  ["watch", [], /./, "stop"],
  ["web", ["--port", "0", "--no-open"], /127\.0\.0\.1/, "stop"],
  ["mcp", [], /"searched":\d/, "ask"],
];

const problems = [];
const listed = (await run(["--help"])).output.matchAll(/^ {2}([a-z]+)(?: |$)/gm);
for (const [, name] of listed)
  if (name !== "help" && !commands.some(([known]) => known === name)) problems.push(`${name} is not tried`);
for (const [name, args, expected, end = 0] of commands) {
  const { code, output } = await run([name, ...args], {
    until: typeof end === "string" ? expected : undefined,
    asks: end === "ask",
  });
  const wanted = typeof end === "string" ? 0 : end;
  const good = code === wanted && expected.test(output);
  console.log(`${good ? "good" : "BAD "}  glimpse ${name}`);
  if (!good) problems.push(`glimpse ${name} ended with ${code}:\n${output.slice(-1500)}`);
}
if (process.argv.includes("--bundle")) await tryBundle();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

async function tryBundle() {
  copyFileSync(join(root, "packaging/manifest.json"), join(installed, "manifest.json"));
  const mcpb = (...args) => npm(["exec", "--yes", "--", "@anthropic-ai/mcpb@2.1.2", ...args], work);
  mcpb("validate", join(installed, "manifest.json"));
  mcpb("pack", installed, join(work, "glimpse.mcpb"));
  mcpb("unpack", join(work, "glimpse.mcpb"), join(work, "unpacked"));
  const { server } = JSON.parse(readFileSync(join(work, "unpacked/manifest.json"), "utf8"));
  const args = server.mcp_config.args.map((arg) =>
    arg
      .replace(/\$\{__dirname\}/, join(work, "unpacked"))
      .replace(/\$\{user_config\.folders\}/, join(samples, "animals")),
  );
  const { code, output } = await run(args, {
    until: /"searched":[1-9]/,
    asks: true,
    command: server.mcp_config.command,
  });
  const megabytes = Math.round(statSync(join(work, "glimpse.mcpb")).size / 1e6);
  console.log(`${code === 0 ? "good" : "BAD "}  the desktop bundle, ${megabytes} MB`);
  if (code !== 0) problems.push(`the bundle's server ended with ${code}:\n${output.slice(-1500)}`);
}

/** Runs it to its end; or, one that serves, until it prints what is expected, and then stops it. */
async function run(args, { until, asks = false, command = join(prefix, "bin/glimpse") } = {}) {
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: work,
    NO_COLOR: "1",
    GLIMPSE_LIBRARY: join(work, "library"),
    // Reading the text in every picture takes most of the time: only the command that is about it does.
    GLIMPSE_TEXT: args[0] === "text" ? "on" : "off",
  };
  const child = spawn(command, args, {
    cwd: work,
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  const ended = once(child, "close");
  const seen = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        output += `${line}\n`;
        if (until?.test(output)) resolve();
      });
  });
  if (asks) for (const message of questions()) child.stdin.write(`${JSON.stringify(message)}\n`);
  else if (until === undefined) child.stdin.end();
  if (until !== undefined) {
    await Promise.race([seen, ended]);
    child.stdin.end();
    if (!asks) child.kill("SIGINT");
  }
  const [code] = await ended;
  return { code, output };
}

function questions() {
  const params = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "package", version: "0" },
  };
  return [
    { jsonrpc: "2.0", id: 1, method: "initialize", params },
    { jsonrpc: "2.0", method: "notifications/initialized" },
    {
      jsonrpc: "2.0",
      id: 2,
      method: "tools/call",
      params: { name: "search_images", arguments: { query: "a dog" } },
    },
  ];
}

function npm(args, cwd) {
  const env = { ...process.env, ...headersOfThisNode(), ONNXRUNTIME_NODE_INSTALL: "skip" };
  const done = spawnSync("npm", args, {
    cwd,
    env,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
