import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { VisibleFolders } from "../../src/shared/visible-folders.ts";
import { BackgroundWork } from "../../src/web/background-work.ts";
import { readClientFiles } from "../../src/web/client-files.ts";
import { Examples } from "../../src/web/examples.ts";
import { listen, type ServerOptions } from "../../src/web/server.ts";
import type { WebContext } from "../../src/web/web-context.ts";
import { FakeEmbedder, type FakeEmbedderOptions } from "../support/fake-embedder.ts";
import { openTestLibrary, writePictures } from "../support/test-library.ts";

export const BUILT_PAGE = readClientFiles(join(import.meta.dirname, "../../dist/web"));

interface Setup {
  readonly directory: string;
  /** What each picture shows, by its file. */
  readonly pictures: Readonly<Record<string, string>>;
  /** Names below the folder of pictures, or none. */
  readonly visible?: readonly string[];
  readonly options?: Partial<ServerOptions>;
  readonly mayEdit?: boolean;
  readonly mayMove?: boolean;
  readonly upkeep?: WebContext["upkeep"];
  readonly reveal?: WebContext["reveal"];
  /** Facts of pictures by their bytes: sizes, formats. */
  readonly facts?: FakeEmbedderOptions["facts"];
  readonly beforePicture?: FakeEmbedderOptions["beforePicture"];
}

/** A library of the fake embedder with these pictures, and a server over it that ends with the test. */
export async function openServer({
  directory,
  pictures,
  visible = [],
  options,
  mayEdit = false,
  mayMove = false,
  upkeep,
  reveal,
  facts,
  beforePicture,
}: Setup) {
  const folder = join(directory, "pictures");
  writePictures(folder, pictures);
  const { library, embedder } = await openTestLibrary(directory, {
    embedder: new FakeEmbedder({ ...(facts && { facts }), ...(beforePicture && { beforePicture }) }),
  });
  await library.add([folder]);
  const errors: unknown[] = [];
  const stop = new AbortController();
  const links: string[] = [];
  const web = {
    library,
    visible: new VisibleFolders(visible.map((name) => join(folder, name))),
    examples: new Examples(),
    version: "0.0.0-test",
    signal: stop.signal,
    work: new BackgroundWork(stop.signal, (error) => errors.push(error)),
    mayEdit,
    mayMove,
    upkeep,
    reveal,
  };
  const { server, link } = await listen(web, {
    host: "127.0.0.1",
    port: 0,
    files: BUILT_PAGE,
    onLinkUsed: (next) => links.push(next),
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(async () => {
    stop.abort();
    server.closeAllConnections();
    server.close();
    await library.close();
  });
  const origin = new URL(link()).origin;
  return {
    library,
    embedder,
    folder,
    link,
    links,
    errors,
    origin,
    server,
    idOf: (name: string) => idOfFile(join(folder, name)),
  };
}

export type Opened = Awaited<ReturnType<typeof openServer>>;

const idOfFile = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
