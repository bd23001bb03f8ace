/** A process with an embedding process of its own. Arguments: the model as JSON, and "stay" or "pass". */
import { OnnxEmbedder } from "../../../src/core/embedder/onnx-embedder.ts";

const [model = "", how] = process.argv.slice(2);
const embedder = new OnnxEmbedder({ model: JSON.parse(model) });
await embedder.embedTexts(["a cat"]);
console.log("answered");
if (how === "stay") setInterval(() => {}, 1000);
