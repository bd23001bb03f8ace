/** A process with its own embedding process. Arguments: options as JSON, and what to do after an answer: stay, pass, close. */
import { OnnxEmbedder } from "../../../src/core/embedder/onnx-embedder.ts";

const [options = "", then] = process.argv.slice(2);
const embedder = new OnnxEmbedder(JSON.parse(options));
await embedder.embedTexts(["a cat"]);
console.log("answered");
if (then === "stay") setInterval(() => {}, 1000);
if (then === "close") await embedder.close();
