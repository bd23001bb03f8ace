/** Becomes the user argv[5], without rights on the library at argv[2] and the pictures at argv[3]; argv[4] is their own folder. */
import { join } from "node:path";
import { LibraryError } from "../../../src/core/errors.ts";
import { everything, openTestLibrary } from "../../support/test-library.ts";

const [directory = "", pictures = "", own = "", user] = process.argv.slice(2);

// That user may have no access to the program's folder, so all that is loaded when it is needed is used once before.
const first = await openTestLibrary(join(own, "used before"));
await first.library.add([pictures]);
await first.library.within(everything).find({ terms: [{ text: "cat" }] });
await first.library.close();
process.setuid?.(Number(user));

const { library } = await openTestLibrary(directory);
const answer = await library.within(everything).find({ terms: [{ text: "cat" }] });
if (answer.hits.length === 0) console.log("searching another's library does not work");
const refused = await library.add([pictures]).then(
  () => undefined,
  (error: unknown) => error,
);
if (!(refused instanceof LibraryError)) console.log(`adding to it is answered by ${String(refused)}`);
await library.close();

const mine = await openTestLibrary(join(own, "library"));
const report = await mine.library.add([pictures]);
if (report.added !== 1) console.log(`${report.added} pictures were added`);
if (report.skipped[0]?.code !== "denied") console.log(`skipped: ${JSON.stringify(report.skipped)}`);
await mine.library.close();
console.log("done");
