/** A worker over an embedder without a model. Arguments: address of the library, milliseconds after which a silent worker is dead. */
import { setTimeout as sleep } from "node:timers/promises";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { openServerTestLibrary } from "../../support/server-test-library.ts";

const [address = "", silence = ""] = process.argv.slice(2);
const silenceMs = Number(silence);
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());

const embedder = new FakeEmbedder({ beforePicture: () => sleep(2) });
const { library } = await openServerTestLibrary(address, { embedder, silenceMs });
await library.work({ signal: stop.signal, concurrency: 4, attendMs: silenceMs / 6 });
await library.close();
