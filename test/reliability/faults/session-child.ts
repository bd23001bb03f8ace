/** A user's session on the library at argv[2] with the pictures at argv[3], on whatever disk they are. */
import { runSession } from "./session.ts";

const [directory = "", pictures = ""] = process.argv.slice(2);
for (const problem of await runSession(directory, pictures)) console.log(problem);
console.log("done");
