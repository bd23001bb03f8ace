/** A server over stdio whose library prints to stdout at every turn, as careless dependencies do. */
import { Service } from "../../../src/mcp/service.ts";
import { serveStdio } from "../../../src/mcp/stdio.ts";
import { pictureNamed, replaceReads, standInLibrary } from "./stand-in-library.ts";

const library = standInLibrary([pictureNamed("dog.jpg")]);
const service = new Service({
  version: "0.0.0-test",
  folders: [],
  allowIndex: false,
  includeDiscord: false,
  galleryFile: "/nowhere",
  openLibrary: async () => {
    console.log("loading model …");
    return replaceReads(library, (view) => ({
      find: (request) => {
        console.log("noise on stdout");
        console.info({ jsonrpc: "fake" });
        process.stdout.write("more noise");
        return view.find(request);
      },
    }));
  },
  log: (line) => console.error(line),
});
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
await serveStdio(service, stop.signal);
await service.close();
