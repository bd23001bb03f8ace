import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, describe, expect, test } from "vitest";
import { OnnxEmbedder, type OnnxEmbedderOptions } from "../../../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { onnxFile } from "../../../src/core/onnx-writer.ts";
import type { DeviceChoice } from "../../../src/core/types.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A driver for GPUs that computes on the processor; Chromium brings it along. */
const SWIFT_SHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";
const SIDE = 16;
const DIMENSIONS = 8;

/** A model as small as one can be: pixels are multiplied by a matrix. */
async function smallModel() {
  const random = seededRandom(3);
  const numbers = 3 * SIDE * SIDE * DIMENSIONS;
  const vision = onnxFile({
    nodes: [
      { op: "Flatten", inputs: ["x"], outputs: ["row"], attributes: { axis: 1 } },
      { op: "MatMul", inputs: ["row", "w"], outputs: ["y"] },
    ],
    weights: [
      {
        name: "w",
        shape: [3 * SIDE * SIDE, DIMENSIONS],
        data: Float32Array.from({ length: numbers }, () => random() - 0.5),
      },
    ],
    inputs: [{ name: "x", shape: ["n", 3, SIDE, SIDE] }],
    outputs: [{ name: "y", shape: ["n", DIMENSIONS] }],
  });
  const pocket = await new ModelStore({ directory: temporaryFolder() }).locate("pocket");
  const folder = join(temporaryFolder(), "small");
  await mkdir(folder);
  await writeFile(join(folder, "vision.onnx"), Buffer.concat(vision));
  const { image } = pocket.descriptor;
  return {
    ...pocket,
    descriptor: {
      ...pocket.descriptor,
      dimensions: DIMENSIONS,
      image: { ...image, size: SIDE, input: "x", output: "y" },
    },
    paths: { ...pocket.paths, image: join(folder, "vision.onnx") },
  };
}

const model = await smallModel();
const noise = seededRandom(9);
const picture = await sharp(Buffer.from(Array.from({ length: 3 * 40 * 30 }, () => 255 * noise())), {
  raw: { width: 40, height: 30, channels: 3 },
})
  .png()
  .toBuffer();

const opened: OnnxEmbedder[] = [];
afterEach(() => Promise.all(opened.splice(0).map((embedder) => embedder.close())));

function open(options: Partial<OnnxEmbedderOptions>) {
  const choices: DeviceChoice[] = [];
  const embedder = new OnnxEmbedder({ model, onDevice: (choice) => choices.push(choice), ...options });
  opened.push(embedder);
  return { embedder, choices };
}

const vectorOf = async (embedder: OnnxEmbedder) => [
  ...(await embedder.embedPicture({ bytes: picture })).embedding,
];

describe.skipIf(process.platform !== "linux" || process.arch !== "x64")("devices, on Linux", () => {
  test.each([
    ["webgpu", /adapter/, { VK_DRIVER_FILES: "/nowhere.json", VK_ICD_FILENAMES: "/nowhere.json" }],
    ["cuda", /shared library|CUDA|device/i, {}],
  ] as const)(
    "without a driver for %s the CPU embeds the picture, and says why",
    async (device, why, env) => {
      const { embedder, choices } = open({ device, childProcess: { env } });
      expect(await vectorOf(embedder)).toHaveLength(DIMENSIONS);
      const [choice] = choices;
      expect(choice).toMatchObject({ asked: device, device: "cpu", refused: [{ device }] });
      expect(choice?.refused[0]?.reason).toMatch(why);
    },
  );

  test.each(["coreml", "dml"])("%s is refused without being tried", async (device) => {
    const { embedder, choices } = open({ device });
    expect(await embedder.chooseDevice()).toEqual([
      { asked: device, device: "cpu", refused: [{ device, reason: expect.stringMatching(/linux/) }] },
    ]);
    expect(await vectorOf(embedder)).toHaveLength(DIMENSIONS);
    expect(choices).toEqual(await embedder.chooseDevice());
  });

  test.skipIf(!existsSync(SWIFT_SHADER))(
    "where a driver is, the device gives the CPU's vectors",
    async () => {
      const onCpu = await vectorOf(open({ device: "cpu" }).embedder);
      const { embedder, choices } = open({
        device: "webgpu",
        childProcess: { env: { VK_DRIVER_FILES: SWIFT_SHADER, VK_ICD_FILENAMES: SWIFT_SHADER } },
      });
      const found = await vectorOf(embedder);
      expect(choices).toEqual([{ asked: "webgpu", device: "webgpu", test: expect.anything(), refused: [] }]);
      expect(choices[0]?.test?.cosine).toBeGreaterThan(0.9999);
      for (const [at, value] of found.entries()) expect(value).toBeCloseTo(onCpu[at] ?? Number.NaN, 4);
      const many = Array.from({ length: 70 }, () => vectorOf(embedder));
      for (const vector of await Promise.all(many)) expect(vector[0]).toBeCloseTo(onCpu[0] ?? Number.NaN, 4);
    },
  );

  const compiler = ["/usr/bin/cc", "/usr/bin/gcc"].find((path) => existsSync(path));
  test.skipIf(compiler === undefined)("a driver that ends its process is not tried again", async () => {
    const folder = temporaryFolder();
    await writeFile(
      join(folder, "driver.c"),
      '#include <stdio.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void start(void) { fputs("driver: assertion failed\\n", stderr); abort(); }\n',
    );
    execFileSync(compiler ?? "", ["-shared", "-fPIC", "-o", "driver.so", "driver.c"], { cwd: folder });
    const icd = join(folder, "icd.json");
    const library = { library_path: join(folder, "driver.so"), api_version: "1.1.0" };
    await writeFile(icd, JSON.stringify({ file_format_version: "1.0.0", ICD: library }));

    const { embedder, choices } = open({
      device: "webgpu",
      childProcess: { env: { VK_DRIVER_FILES: icd, VK_ICD_FILENAMES: icd } },
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => vectorOf(embedder)));
    expect(answers).toHaveLength(5);
    expect(choices).toEqual([
      {
        asked: "webgpu",
        device: "cpu",
        refused: [
          {
            device: "webgpu",
            reason: "its driver ended the process: driver: assertion failed",
          },
        ],
      },
    ]);
    expect(await embedder.chooseDevice()).toEqual(choices);
  });
});
