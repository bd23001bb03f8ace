import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { glimpseMain as main } from "../support/run-glimpse.ts";
import { addressesIn, canTrace, tracing, writtenIn } from "../support/system-trace.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** One with text to read and one without. */
const samples = ["documents/overdue receipt.jpg", "travel/beach at sunset.jpg"].map((name) =>
  join(root, "samples", name),
);
const traced = test.skipIf(!canTrace);

if (!canTrace) console.log("strace is not there or may not trace: what is sent is not looked at.");

/** A separate home, and a program that knows no other location. */
function newHome() {
  const home = temporaryFolder();
  const place = (name: string) => {
    mkdirSync(join(home, name));
    return join(home, name);
  };
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CACHE_HOME: place("cache"),
    XDG_CONFIG_HOME: place("config"),
    XDG_DATA_HOME: place("data"),
    XDG_STATE_HOME: place("state"),
    XDG_RUNTIME_DIR: place("run"),
    TMPDIR: place("tmp"),
    NO_COLOR: "1",
  };
  return { home, env };
}

const run = promisify(execFile);
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );

/** Its library, and V8's compile cache (Glimpse's own before Node 22.1). */
const ownFiles = /^data\/glimpse\/|^cache\/glimpse\//;

test("adding, finding and maintenance leave nothing behind but the library, write nowhere else and send nothing", async () => {
  const { home, env } = newHome();
  const log = join(temporaryFolder(), "trace");
  for (const args of [["add", ...samples], ["find", "a beach"], ["status"], ["doctor"]]) {
    const [program = "", ...rest] = [...(canTrace ? tracing(log) : []), process.execPath, main, ...args];
    const { stdout, stderr } = await run(program, rest, { env });
    expect(stdout + stderr).not.toBe("");
    if (!canTrace) continue;
    expect(addressesIn(log), args.join(" ")).toEqual([]);
    expect(
      writtenIn(log).filter((path) => !path.startsWith(home)),
      args.join(" "),
    ).toEqual([]);
  }
  const files = filesIn(home);
  expect(files).toContain("data/glimpse/catalog.db");
  expect(files.filter((file) => !ownFiles.test(file))).toEqual([]);
});

/** A model whose files are arbitrary bytes: enough for downloading. */
function describeModel(folder: string, files: Record<string, Buffer>): void {
  const pocket = JSON.parse(readFileSync(join(root, "models/pocket/model.json"), "utf8"));
  const pins = Object.entries(files).map(([path, bytes]) => [
    path,
    { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
  ]);
  const [image = "", text = "", tokenizer = ""] = Object.keys(files);
  const descriptor = {
    ...pocket,
    id: "small",
    checks: undefined,
    hub: { repo: "someone/small", revision: "main" },
    files: Object.fromEntries(pins),
    image: { ...pocket.image, file: image },
    text: { ...pocket.text, file: text, tokenizer, shownWords: undefined },
  };
  mkdirSync(folder);
  writeFileSync(join(folder, "model.json"), JSON.stringify(descriptor));
}

traced("pulling a model connects only to the hub", async () => {
  const { home, env } = newHome();
  const files = Object.fromEntries(
    ["image.onnx", "text.onnx", "tokenizer.json"].map((name) => [name, Buffer.from(name)] as const),
  );
  const hub = createServer((request, response) => {
    response.end(files[request.url?.split("/").at(-1) ?? ""] ?? "");
  });
  await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(hub.address() as AddressInfo).port}`;
  describeModel(join(home, "model"), files);
  const log = join(home, "trace");
  try {
    const withHub = { env: { ...env, GLIMPSE_HUB: `http://${address}` } };
    await run(process.execPath, [main, "models", "add", join(home, "model")], withHub);
    const [program = "", ...rest] = [...tracing(log), process.execPath, main, "models", "pull", "small"];
    await run(program, rest, withHub);
  } finally {
    hub.close();
  }
  expect(addressesIn(log)).toEqual([address]);
});
