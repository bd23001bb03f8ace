// Assembles each WebAssembly text file of src into a module next to it; with --check, fails when one is out of date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import loadWabt from "wabt";

const src = new URL("../src/", import.meta.url);
const { parseWat } = await loadWabt();

for (const file of readdirSync(src, { recursive: true, encoding: "utf8" })) {
  if (!file.endsWith(".wat")) continue;
  const path = new URL(file.replace(/\.wat$/, "-code.ts"), src);
  const text = moduleOf(file);
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    console.error(`${path.pathname} is not src/${file} assembled. Run \`node scripts/kernels.mjs\`.`);
    process.exitCode = 1;
  }
}

function moduleOf(file) {
  const parsed = parseWat(file, readFileSync(new URL(file, src)), { simd: true });
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  const name = file.split(/[\\/]/).at(-1);
  return [
    `/** ${name}, assembled by \`node scripts/kernels.mjs\`, in base64. Do not edit. */`,
    "export const code =",
    `  "${Buffer.from(buffer).toString("base64")}";`,
    "",
  ].join("\n");
}
