/** Runs a soak in its own process, so that memory is measured in isolation. Arguments: library, milliseconds, images, samples, seed. */
import { soak } from "./soak.ts";

const [directory = "", ...numbers] = process.argv.slice(2);
const [milliseconds = 0, images = 0, samples = 0, seed = 0] = numbers.map(Number);
console.log(JSON.stringify(await soak({ directory, milliseconds, images, samples, seed })));
