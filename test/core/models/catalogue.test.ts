import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openImageTower, openTextTower } from "../../../src/core/embedder/tower-session.ts";
import {
  type Descriptor,
  type ModelDescriptor,
  parseDescriptor,
} from "../../../src/core/models/descriptor.ts";
import type { LocatedModel } from "../../../src/core/models/located-model.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { variantNames } from "../../../src/core/models/variant-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import {
  imageAnswer,
  type TinyFile,
  type TinyImageTower,
  type TinyTextTower,
  tinyImageTower,
  tinyTextTower,
} from "../../support/tiny-towers.ts";
import { sha256, writeModel } from "./small-model.ts";

const models = new URL("../../../models/", import.meta.url);
const jsonOf = (id: string) => readFileSync(new URL(`${id}/model.json`, models), "utf8");
const tokenizer = readFileSync(new URL("pocket/tokenizer.json", models));

/** What each published export takes and gives, and under which addresses its files are. */
interface Export {
  readonly image: TinyImageTower;
  readonly text: TinyTextTower;
  readonly at: Readonly<Record<string, "image" | "text" | "tokenizer" | "image data" | "text data">>;
}

const siglip2 = (
  repo: string,
  { size, width = 768, images, texts }: { size: number; width?: number; images: string[]; texts: string[] },
): Export => ({
  image: { input: "pixel_values", output: "pooler_output", alsoGives: "last_hidden_state", width, size },
  text: {
    input: "input_ids",
    type: "int64",
    output: "pooler_output",
    alsoGives: "last_hidden_state",
    width,
    length: 64,
  },
  at: {
    ...Object.fromEntries(images.map((name) => [`${repo}/onnx/vision_model${name}.onnx`, "image"])),
    ...Object.fromEntries(texts.map((name) => [`${repo}/onnx/text_model${name}.onnx`, "text"])),
    [`${repo}/tokenizer.json`]: "tokenizer",
  },
});

const community = "onnx-community/siglip2";
const openai = "Xenova/clip-vit-base-patch32/resolve/d15189d7028b43f1d3e65039190477f6af591c2a";
const laion = "immich-app/ViT-B-32__laion2b-s34b-b79k/resolve/19a057a0fb927cf239541300e74237cd56c7ffe2";
const pe = "bep256/PE-Core-B16-224-ONNX/resolve/5a5af4c45ba604d970ac3a9e40123b3e3c84ca37";

const EXPORTS: Readonly<Record<string, Export>> = {
  "siglip2-b16-256": siglip2(
    `${community}-base-patch16-256-ONNX/resolve/d1114256522a37ffa257a0a58017348ab0058db2`,
    { size: 256, images: ["", "_fp16", "_q4f16"], texts: ["", "_fp16", "_q4f16"] },
  ),
  "siglip2-b32-256": siglip2(
    `${community}-base-patch32-256-ONNX/resolve/7efccb86b5b6601bfe9e14326e1c11b40b68d44c`,
    { size: 256, images: ["", "_fp16"], texts: ["", "_fp16"] },
  ),
  "siglip2-l16-256": siglip2(
    `${community}-large-patch16-256-ONNX/resolve/c03fb63ddd5fe363212cbd08110f92a35250db6a`,
    { size: 256, width: 1024, images: [""], texts: ["_fp16"] },
  ),
  "siglip2-b16-224": siglip2(
    `${community}-base-patch16-224-ONNX/resolve/ba1f3b0843f24bc5417d38e19c37b287d719b2f4`,
    { size: 224, images: ["", "_fp16", "_quantized"], texts: ["", "_fp16", "_quantized"] },
  ),
  "clip-vit-b32": {
    image: { input: "pixel_values", output: "image_embeds", width: 512, size: 224 },
    text: { input: "input_ids", type: "int64", output: "text_embeds", width: 512 },
    at: {
      ...Object.fromEntries(
        ["", "_fp16", "_quantized"].map((name) => [`${openai}/onnx/vision_model${name}.onnx`, "image"]),
      ),
      ...Object.fromEntries(
        ["", "_fp16", "_quantized"].map((name) => [`${openai}/onnx/text_model${name}.onnx`, "text"]),
      ),
      [`${openai}/tokenizer.json`]: "tokenizer",
    },
  },
  "clip-b32-laion2b": {
    image: { input: "image", output: "embedding", width: 512, size: 224, batch: 1 },
    text: { input: "text", type: "int32", output: "embedding", width: 512, batch: 1, length: 77 },
    at: {
      [`${laion}/visual/model.onnx`]: "image",
      [`${laion}/textual/model.onnx`]: "text",
      [`${openai}/tokenizer.json`]: "tokenizer",
    },
  },
  "pe-core-b16-224": {
    image: { input: "pixel_values", output: "image_embeds", width: 1024, size: 224, data: "image.onnx_data" },
    text: {
      input: "input_ids",
      type: "int64",
      output: "text_embeds",
      width: 1024,
      mask: "attention_mask",
      data: "text.onnx_data",
    },
    at: {
      [`${pe}/image.onnx`]: "image",
      [`${pe}/image.onnx_data`]: "image data",
      [`${pe}/text.onnx`]: "text",
      [`${pe}/text.onnx_data`]: "text data",
      [`${pe}/tokenizer.json`]: "tokenizer",
    },
  },
};

const isEmbedding = (descriptor: Descriptor): descriptor is ModelDescriptor => !("task" in descriptor);
const offered = readdirSync(models, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => parseDescriptor(jsonOf(name), name))
  .filter((descriptor) => descriptor.hub !== undefined);

test("the interface of every model that can be pulled is known here", () => {
  expect(
    offered
      .filter(isEmbedding)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(Object.keys(EXPORTS).toSorted());
});

let hub: string;
let server: Server;
let served: string[] = [];
const contents = new Map<string, Uint8Array>();

/** A hub of random weights under the names of the real ones, which says the digest of each file, as the real one does. */
beforeAll(async () => {
  for (const { image, text, at } of Object.values(EXPORTS)) {
    const [images, texts]: TinyFile[] = [tinyImageTower(image), tinyTextTower(text)];
    const files = {
      image: images?.graph,
      "image data": images?.data,
      text: texts?.graph,
      "text data": texts?.data,
      tokenizer,
    };
    for (const [address, part] of Object.entries(at)) contents.set(`/${address}`, files[part] ?? Buffer.of());
  }
  server = createServer((request, response) => {
    const bytes = contents.get(request.url ?? "");
    if (!bytes) return void response.writeHead(404).end();
    if (request.method === "HEAD") {
      const linked = { "x-linked-etag": `"${sha256(bytes)}"`, "x-linked-size": bytes.length };
      return void response.writeHead(302, { location: "/elsewhere", ...linked }).end();
    }
    served.push(request.url ?? "");
    response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.closeAllConnections());

/** The entry as a model of the user's own, whose digests nobody published. */
async function storeWith(id: string): Promise<{ store: ModelStore; ownId: string }> {
  const folder = temporaryFolder();
  const described = JSON.parse(jsonOf(id)) as ModelDescriptor;
  const files = Object.fromEntries(
    Object.entries(described.files).map(([path, { hub: own }]) => [path, own ? { hub: own } : {}]),
  );
  const variants = structuredClone(described.variants) as Record<string, { withdrawn?: string }>;
  for (const variant of Object.values(variants)) delete variant.withdrawn;
  const ownId = `${id}.random`;
  const store = new ModelStore({ directory: join(folder, "library"), hub });
  await store.add(await writeModel(join(folder, "described"), { ...described, id: ownId, files, variants }));
  return { store, ownId };
}

const variantsOf = (id: string) => variantNames(parseDescriptor(jsonOf(id), id));
const everyVariant = Object.keys(EXPORTS).flatMap((id) =>
  variantsOf(id).map((variant) => [id, variant] as const),
);

describe("pulled from a hub of random weights with the same names and interfaces", () => {
  test.each(everyVariant)("%s:%s arrives whole and embeds pictures and questions", async (id, variant) => {
    const { store, ownId } = await storeWith(id);
    served = [];
    await store.pull(ownId, { variant });
    expect((await store.verify(ownId, variant)).map(({ state }) => state)).not.toContain("missing");
    const { at, image } = EXPORTS[id] as Export;
    expect(served.filter((address) => !(address.slice(1) in at))).toEqual([]);

    const model = await store.locate(ownId, variant);
    const { dimensions } = model.descriptor;
    const vectors = await embedPictures(model, [0.5, -0.25, 1], 3);
    expect(vectors.map(({ length }) => length)).toEqual([dimensions, dimensions, dimensions]);
    const expected = imageAnswer([0.5, -0.25, 1], image).slice(0, 8);
    for (const vector of vectors)
      expect([...vector.slice(0, 8)]).toEqual(expected.map((value) => expect.closeTo(value, 3)));
    const tower = await openTextTower(model, { threads: 1 });
    const answers = await tower.embed(["two dogs", "a house by the sea", "two dogs"]);
    expect(answers.map(({ vector }) => vector.length)).toEqual([dimensions, dimensions, dimensions]);
    expect(answers[2]?.vector).toEqual(answers[0]?.vector);
    expect(answers[1]?.vector).not.toEqual(answers[0]?.vector);
  });

  test("every address is asked for by some model", async () => {
    const asked = new Set<string>();
    for (const descriptor of offered) {
      for (const path of Object.keys(descriptor.files)) {
        const place = { path, ...descriptor.hub, ...descriptor.files[path]?.hub };
        asked.add(`/${place.repo}/resolve/${place.revision}/${place.path}`);
      }
    }
    expect([...contents.keys()].filter((address) => !asked.has(address))).toEqual([]);
  });
});

async function embedPictures(model: LocatedModel, colour: readonly [number, number, number], count: number) {
  const { size } = model.descriptor.image;
  const pixels = Float32Array.from(
    { length: 3 * size * size },
    (_, at) => colour[Math.floor(at / (size * size))] ?? 0,
  );
  const tower = await openImageTower(model, { threads: 1 });
  return tower.embed(Array.from({ length: count }, () => pixels));
}

test("what is pinned is not taken from a hub that has something else", async () => {
  const store = new ModelStore({ directory: temporaryFolder(), hub });
  await expect(store.pull("clip-b32-laion2b", { firstDelayMs: 1 })).rejects.toThrow(
    /visual\/model\.onnx is not the file that is pinned/,
  );
  expect((await store.list()).find(({ id }) => id === "clip-b32-laion2b")?.installed).toBe(false);
});

test("a variant that was withdrawn is neither listed nor pulled, and its error names what to take", async () => {
  const store = new ModelStore({ directory: temporaryFolder(), hub });
  const siglip = (await store.list()).find(({ id }) => id === "siglip2-b16-224");
  expect(siglip?.variants.map(({ name }) => name)).toEqual(["fp32", "fp16"]);
  expect(siglip?.replacedBy).toBe("siglip2-b16-256");
  await expect(store.pull("siglip2-b16-224", { variant: "quantised" })).rejects.toThrow(
    /quantised is offered no more: .*siglip2-b16-256:q4f16.*Other variants: fp32, fp16/,
  );
});

test("a variant that was withdrawn stays usable where it is installed, and is listed with the reason", async () => {
  const { store, ownId } = await storeWith("siglip2-b16-224");
  await store.pull(ownId, { variant: "quantised" });
  const file = (await store.locate(ownId, "quantised")).paths.image.replace(/onnx\/.*/, "model.json");
  const described = JSON.parse(readFileSync(file, "utf8"));
  described.variants.quantised.withdrawn = "it is too coarse";
  await writeModel(file.replace("model.json", ""), described);
  await store.pull(ownId, { variant: "quantised" });
  const listed = (await store.list()).find(({ id }) => id === ownId);
  expect(listed?.variants.find(({ name }) => name === "quantised")).toMatchObject({
    installed: true,
    withdrawn: "it is too coarse",
  });
});

test("the list tells sizes, memory, and how many digests will be the hub's own", async () => {
  const listings = await new ModelStore({ directory: temporaryFolder() }).list();
  const variantOf = (id: string, at = 0) => listings.find((listing) => listing.id === id)?.variants[at];
  expect(variantOf("siglip2-b16-256")).toMatchObject({
    name: "fp16",
    bytes: 785_356_945,
    unpinned: 0,
    memory: { bytes: 1_091e6, isEstimate: false },
  });
  expect(variantOf("siglip2-b16-256", 1)).toMatchObject({ name: "q4f16", bytes: 531_865_481 });
  expect(variantOf("siglip2-b32-256")).toMatchObject({ unpinned: 2, memory: { isEstimate: true } });
  expect(variantOf("pe-core-b16-224")).toMatchObject({ bytes: null, unpinned: 5, memory: null });
  const order = listings.map(({ id }) => id);
  expect(order.indexOf("clip-b32-laion2b")).toBeLessThan(order.indexOf("clip-vit-b32"));
  expect(order.indexOf("clip-vit-b32")).toBeLessThan(order.indexOf("ppocr-v4"));
});
