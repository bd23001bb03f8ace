import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import type { PullOptions } from "../../../src/core/models/pull-model.ts";
import type { Progress } from "../../../src/core/types.ts";
import { waitUntil } from "../../support/eventually.ts";
import { contents, describedModel, sha256, writeModel } from "./small-model.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, path: string) => void;

const prefix = "/someone/small/resolve/abc123/";
const servers: Server[] = [];
let home: string;
let requests: { path: string; range: string | undefined }[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "glimpse-pull-"));
  requests = [];
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.closeAllConnections();
  await rm(home, { recursive: true });
});

/** Serves a file as the hub does, starting at the requested byte. */
const whole: Answer = (request, response, path) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const bytes = contents[path]?.subarray(from);
  if (!bytes) return void response.writeHead(404).end();
  response.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length }).end(bytes);
};

/** The connection breaks once its first bytes are on disk. */
function breakAfter(response: ServerResponse, path: string, bytes: number): void {
  response.write(contents[path]?.subarray(0, bytes));
  void waitUntil(() => statSync(`${pulled(path)}.partial`).size === bytes).then(() => response.destroy());
}

async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(prefix, "");
    requests.push({ path, range: request.headers.range });
    answer(request, response, path);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function storeWith(descriptor: object): Promise<ModelStore> {
  const store = new ModelStore({ directory: join(home, "library") });
  await store.add(await writeModel(join(home, "described"), descriptor));
  return store;
}

const pulled = (path: string) => join(home, "library/models/small", path);
const isWhole = async (file: string) =>
  sha256(await readFile(file)) === sha256(contents["onnx/vision.onnx"] ?? Buffer.of());
const pull = async (store: ModelStore, hub: string, more: Partial<PullOptions> = {}) => {
  await store.pull("small", { hub, firstDelayMs: 1, ...more });
  return store.locate("small", more.variant);
};

test("all files arrive, are what the descriptor pins, and progress counts every byte", async () => {
  const store = await storeWith(describedModel());
  const steps: Progress[] = [];
  const model = await pull(store, await serve(whole), { onProgress: (step: Progress) => steps.push(step) });

  expect(await isWhole(model.paths.image)).toBe(true);
  expect(await store.verify("small")).toEqual([
    { path: "onnx/vision.onnx", state: "sound" },
    { path: "onnx/text.onnx", state: "sound" },
    { path: "tokenizer.json", state: "sound" },
  ]);
  expect(steps.at(-1)).toMatchObject({ stage: "download", done: 500_002, total: 500_002 });
  expect(model.space).toMatch(/^small@[0-9a-f]{8}$/);
});

test("what is here already is not fetched again", async () => {
  const store = await storeWith(describedModel());
  const hub = await serve(whole);
  await pull(store, hub);
  requests.length = 0;
  await pull(store, hub);
  expect(requests).toEqual([]);
});

test("a download resumes where its connection broke", async () => {
  const store = await storeWith(describedModel());
  let broken = 0;
  const hub = await serve((request, response, path) => {
    if (path !== "onnx/vision.onnx" || broken++ > 0) return whole(request, response, path);
    response.writeHead(200, { "content-length": 300_000 });
    breakAfter(response, path, 100_000);
  });
  const { paths } = await pull(store, hub);
  expect(await isWhole(paths.image)).toBe(true);
  const ranges = requests.filter(({ path }) => path === "onnx/vision.onnx").map(({ range }) => range);
  expect(ranges).toEqual([undefined, "bytes=100000-"]);
});

test("a cancelled download leaves nothing that looks complete, and the next pull resumes from there", async () => {
  const store = await storeWith(describedModel());
  const stuck = await serve((_request, response, path) => {
    response.writeHead(200, { "content-length": 300_000 });
    response.write(contents[path]?.subarray(0, 100_000));
  });
  const cancel = new AbortController();
  const onProgress = ({ done }: Progress) => done === 100_000 && cancel.abort();
  await expect(pull(store, stuck, { signal: cancel.signal, onProgress })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(existsSync(pulled("onnx/vision.onnx"))).toBe(false);
  await expect(store.locate("small")).rejects.toThrow("glimpse models pull small");

  const { paths } = await pull(store, await serve(whole));
  expect(await isWhole(paths.image)).toBe(true);
  expect(requests.find(({ range }) => range)?.range).toMatch(/^bytes=\d+-$/);
});

test("a file other than the pinned one is rejected and not kept", async () => {
  const store = await storeWith(describedModel());
  const hub = await serve((_request, response) => response.end(Buffer.alloc(300_000, "other")));
  await expect(pull(store, hub)).rejects.toThrow(/is not the file that is pinned/);
  expect(await readdir(pulled("onnx"))).toEqual([]);
});

test("a file that was damaged afterwards is noticed and pulled again", async () => {
  const store = await storeWith(describedModel());
  const hub = await serve(whole);
  await pull(store, hub);
  await writeFile(pulled("onnx/text.onnx"), Buffer.alloc(200_000, "rot"));
  expect(await store.verify("small")).toContainEqual({ path: "onnx/text.onnx", state: "damaged" });
  await pull(store, hub);
  expect(await store.verify("small")).toContainEqual({ path: "onnx/text.onnx", state: "sound" });
});

test("a missing file fails at once, a failing server is retried", async () => {
  const store = await storeWith(describedModel());
  const empty = await serve((_request, response) => void response.writeHead(404).end());
  await expect(pull(store, empty)).rejects.toThrow(/answered 404.*GLIMPSE_HUB/);
  expect(requests).toHaveLength(1);

  let troubles = 2;
  const hub = await serve((request, response, path) =>
    troubles-- > 0 ? void response.writeHead(503).end() : whole(request, response, path),
  );
  await pull(store, hub);
  expect(await store.verify("small")).toContainEqual({ path: "onnx/vision.onnx", state: "sound" });
});

test("a redirect to another host is followed", async () => {
  const store = await storeWith(describedModel());
  const elsewhere = await serve(whole);
  const hub = await serve((request, response) =>
    response.writeHead(302, { location: `${elsewhere}${request.url}` }).end(),
  );
  const { paths } = await pull(store, hub);
  expect(await isWhole(paths.image)).toBe(true);
});

test("without a network the error names the mirror and the folder", async () => {
  const store = await storeWith(describedModel());
  await expect(pull(store, "http://127.0.0.1:9")).rejects.toThrow(
    /cannot be fetched .* set GLIMPSE_HUB to a mirror's address or to a folder/,
  );
});

test("a local folder serves as hub, by repository or by file name", async () => {
  const store = await storeWith(describedModel());
  const folder = join(home, "stick");
  await mkdir(join(folder, "someone/small/onnx"), { recursive: true });
  await writeFile(join(folder, "someone/small/onnx/vision.onnx"), contents["onnx/vision.onnx"] ?? "");
  await writeFile(join(folder, "text.onnx"), contents["onnx/text.onnx"] ?? "");
  await expect(pull(store, folder)).rejects.toThrow(/does not hold tokenizer\.json of model small/);
  await writeFile(join(folder, "tokenizer.json"), contents["tokenizer.json"] ?? "");
  await pull(store, folder);
  expect(await store.verify("small")).toHaveLength(3);
});

test("the digest of a file that is not pinned is recorded at the first download and enforced afterwards", async () => {
  const files = { "onnx/vision.onnx": {}, "onnx/text.onnx": {}, "tokenizer.json": {} };
  const store = await storeWith(describedModel({ files }));
  const first = await pull(store, await serve(whole));
  expect(first.space).toMatch(/^small@/);
  await rm(pulled("onnx/text.onnx"));
  const other = await serve((_request, response) => response.end("something else"));
  await expect(pull(store, other)).rejects.toThrow(/is not the file/);
  const again = await pull(store, await serve(whole));
  expect(again.space).toBe(first.space);
});

/** Says the digest of a file before it sends it, as the hub does for what it keeps in large storage. */
const announcing =
  (announced: Readonly<Record<string, Uint8Array>>, answer: Answer): Answer =>
  (request, response, path) => {
    const bytes = announced[path];
    if (request.method !== "HEAD" || !bytes) return answer(request, response, path);
    const linked = { "x-linked-etag": `"${sha256(bytes)}"`, "x-linked-size": bytes.length };
    response.writeHead(302, { location: "/storage", ...linked }).end();
  };
const unpinned = { "onnx/vision.onnx": {}, "onnx/text.onnx": {}, "tokenizer.json": {} };

test("the digest that the hub itself says of a file is enforced at the first download, and its size counts in progress", async () => {
  const store = await storeWith(describedModel({ files: unpinned }));
  const other = { ...contents, "onnx/text.onnx": Buffer.alloc(200_000, "other") };
  await expect(pull(store, await serve(announcing(other, whole)))).rejects.toThrow(
    /text\.onnx is not the file that is pinned/,
  );
  expect(existsSync(pulled("onnx/text.onnx"))).toBe(false);
  const steps: Progress[] = [];
  const onProgress = (step: Progress) => steps.push(step);
  await pull(store, await serve(announcing(contents, whole)), { onProgress });
  expect(steps.at(-1)).toMatchObject({ done: 200_002, total: 200_002 });
});

test("a file that the hub announced resumes although nobody pinned it", async () => {
  const store = await storeWith(describedModel({ files: unpinned }));
  let broken = 0;
  const hub = await serve(
    announcing(contents, (request, response, path) => {
      if (request.method === "HEAD" || path !== "onnx/vision.onnx" || broken++ > 0)
        return whole(request, response, path);
      response.writeHead(200, { "content-length": 300_000 });
      breakAfter(response, path, 100_000);
    }),
  );
  expect(await isWhole((await pull(store, hub)).paths.image)).toBe(true);
  expect(requests.filter(({ range }) => range).map(({ range }) => range)).toEqual(["bytes=100000-"]);
});

test("where one hub fails, the next goes on with what arrived; a folder may be among them", async () => {
  const store = await storeWith(describedModel());
  let sent = 0;
  const dying = await serve((_request, response, path) => {
    if (path === "onnx/text.onnx") return void response.writeHead(404).end();
    if (path !== "onnx/vision.onnx" || sent > 0) return void response.writeHead(503).end();
    sent = 100_000;
    response.writeHead(200, { "content-length": 300_000 });
    breakAfter(response, path, sent);
  });
  const wrong = await serve((_request, response, path) =>
    path === "onnx/text.onnx"
      ? response.end(Buffer.alloc(200_000, "other"))
      : void response.writeHead(404).end(),
  );
  const folder = join(home, "stick");
  await mkdir(folder);
  await writeFile(join(folder, "text.onnx"), contents["onnx/text.onnx"] ?? "");
  const sound = await serve(whole);
  const { paths } = await pull(store, `${dying}, ${wrong},${folder},${sound}`);
  expect(await isWhole(paths.image)).toBe(true);
  expect(await store.verify("small")).toContainEqual({ path: "onnx/text.onnx", state: "sound" });
  expect(requests.filter(({ range }) => range === "bytes=100000-").length).toBeGreaterThan(0);
});

test("when every hub fails, each reason is told", async () => {
  const store = await storeWith(describedModel());
  const empty = await serve((_request, response) => void response.writeHead(404).end());
  await expect(pull(store, `${empty},http://127.0.0.1:9`)).rejects.toThrow(
    /None of the 2 hubs has onnx\/vision\.onnx: .*answered 404.*127\.0\.0\.1:9.* cannot be fetched/,
  );
});

test("a file that another repository has, or that is called otherwise there, is fetched from that place", async () => {
  const files = {
    ...describedModel().files,
    "onnx/text.onnx": { hub: { repo: "other/texts", revision: "def456", path: "model.onnx" } },
  };
  const store = await storeWith(describedModel({ files }));
  const hub = await serve((request, response, path) =>
    whole(request, response, path === "/other/texts/resolve/def456/model.onnx" ? "onnx/text.onnx" : path),
  );
  await expect(store.locate("small")).rejects.toThrow(
    /onnx\/vision\.onnx, tokenizer\.json of huggingface\.co\/someone\/small \(revision abc123\), and model\.onnx of huggingface\.co\/other\/texts/,
  );
  await pull(store, hub);
  expect(requests.map(({ path }) => path)).toContain("/other/texts/resolve/def456/model.onnx");
  expect(await store.verify("small")).toHaveLength(3);
});

test("weights outside a graph are fetched with it, verified, and part of the space", async () => {
  const described = describedModel({ files: { ...describedModel().files, "onnx/vision.onnx_data": {} } });
  const store = await storeWith(described);
  const data = { weights: Buffer.alloc(50_000, "weights ") };
  const hub = await serve((request, response, path) =>
    path === "onnx/vision.onnx_data"
      ? void response.end(request.method === "HEAD" ? "" : data.weights)
      : whole(request, response, path),
  );
  const { space, weightBytes } = await pull(store, hub);
  expect(await store.verify("small")).toContainEqual({ path: "onnx/vision.onnx_data", state: "sound" });
  expect(weightBytes).toBe(550_000);
  await rm(pulled("onnx/vision.onnx_data"));
  await expect(store.locate("small")).rejects.toThrow(/onnx\/vision\.onnx_data is missing/);
  await store.remove("small");
  data.weights = Buffer.alloc(50_000, "others ");
  await store.add(await writeModel(join(home, "again"), described));
  expect((await pull(store, hub)).space).not.toBe(space);
});

test("another prefix, prompt or cut is another space", async () => {
  const { text, image } = describedModel();
  const spaces: string[] = [];
  for (const [at, changes] of [
    {},
    { text: { ...text, prefix: "query: " } },
    { image: { ...image, prompt: { text: "a picture", input: "ids" } } },
    { cutFrom: 8 },
  ].entries()) {
    const store = new ModelStore({ directory: join(home, `library-${at}`) });
    await store.add(await writeModel(join(home, `described-${at}`), describedModel(changes), contents));
    spaces.push((await store.locate("small")).space);
  }
  expect(new Set(spaces).size).toBe(spaces.length);
});

test("two pulls at once fetch every file once", async () => {
  const store = await storeWith(describedModel());
  const hub = await serve(
    (request, response, path) => void setTimeout(() => whole(request, response, path), 20),
  );
  await Promise.all([pull(store, hub), pull(store, hub)]);
  expect(requests.map(({ path }) => path).toSorted()).toEqual(Object.keys(contents).toSorted());
});

test("the lock of a killed pull does not block the next", async () => {
  const store = await storeWith(describedModel());
  await writeFile(pulled(".pulling"), String(process.pid));
  await utimes(pulled(".pulling"), new Date(0), new Date(0));
  await pull(store, await serve(whole));
  expect(existsSync(pulled(".pulling"))).toBe(false);
});

test("other weights are another space", async () => {
  const plain = await storeWith(describedModel());
  const { space } = await pull(plain, await serve(whole));
  await plain.remove("small");
  const bytes = Buffer.from("[]");
  const { files } = describedModel();
  const pinned = { ...files, "tokenizer.json": { bytes: 2, sha256: sha256(bytes) } };
  await plain.add(
    await writeModel(join(home, "other"), describedModel({ files: pinned }), {
      ...contents,
      "tokenizer.json": bytes,
    }),
  );
  expect((await plain.locate("small")).space).not.toBe(space);
});
