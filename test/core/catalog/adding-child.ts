import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { file, newImage, post } from "../../support/new-image.ts";

/**
 * Adds images in batches to the catalog at argv[2] and prints each batch's first number once it is acknowledged.
 * argv[3] distinguishes this child's images from another's; argv[4] is how many batches, argv[5] the first number.
 */
const [path = "", name = "", batches = "0", first = "0"] = process.argv.slice(2);
const PER_BATCH = 8;

const catalog = await openCatalog({ path });
for (let batch = 0; batch < Number(batches); batch++) {
  const start = Number(first) + batch * PER_BATCH;
  const contents = Array.from({ length: PER_BATCH }, (_, index) => `${name} ${start + index}`);
  await catalog.images.put([
    ...contents.map((content) => newImage(content)),
    // A file that every child changes, and a picture that every child posts and deletes again.
    newImage(contents[0] ?? "", file("/photos/shared.jpg")),
    newImage("everybody's", post(`${name} ${start}`)),
  ]);
  await catalog.posts.remove({ guildId: "g1", attachmentIds: [`${name} ${start - PER_BATCH}`] });
  await catalog.files.remove([`/photos/${contents[1]}.jpg`]);
  process.stdout.write(`${start}\n`);
}
await catalog.close();
