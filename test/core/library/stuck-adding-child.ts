import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { openTestLibrary } from "../../support/test-library.ts";

/** Adds a folder, prints when it reaches a picture, and never finishes it. */
const [directory = "", folder = ""] = process.argv.slice(2);
const embedder = new FakeEmbedder({
  beforePicture: () => {
    process.stdout.write("at a picture\n");
    return new Promise(() => setInterval(() => undefined, 1000));
  },
});
const { library } = await openTestLibrary(directory, { embedder });
await library.add([folder]);
