/** A soak in a process of its own, so that the memory is its own: library, milliseconds, images, samples, seed. */
import { soak } from "./soak.ts";

const [directory = "", ...numbers] = process.argv.slice(2);
const [milliseconds = 0, images = 0, samples = 0, seed = 0] = numbers.map(Number);
console.log(JSON.stringify(await soak({ directory, milliseconds, images, samples, seed })));
