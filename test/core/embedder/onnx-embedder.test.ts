import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { OnnxEmbedder } from "../../../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { describeEmbedder } from "../../support/embedder-contract.ts";

const store = new ModelStore({ directory: mkdtempSync(join(tmpdir(), "glimpse-models-")) });
const model = await store.locate("pocket");

const drawn = (svg: string) =>
  sharp(Buffer.from(`<svg width="96" height="80">${svg}</svg>`))
    .removeAlpha()
    .png()
    .toBuffer();

describeEmbedder("pocket model in its child process", {
  open: () => new OnnxEmbedder({ model }),
  cat: await drawn('<rect width="96" height="80" fill="#3a6"/><circle cx="50" cy="40" r="30" fill="#e80"/>'),
  dog: await drawn('<rect width="96" height="80" fill="#eef"/><rect x="20" y="30" width="50" height="9"/>'),
  notAPicture: Buffer.from("These are words, whatever the file is called."),
});
