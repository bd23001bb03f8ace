import { access, constants, statfs } from "node:fs/promises";
import { join } from "node:path";
import { catalogExists, openCatalog } from "../catalog/open-catalog.ts";
import type { ChildProcessOptions } from "../child-process.ts";
import { describeDevice } from "../embedder/devices.ts";
import { openEmbedder } from "../embedder/open-embedder.ts";
import { pluralize } from "../english.ts";
import { GlimpseError } from "../errors.ts";
import { hasFilmPrograms } from "../image/film/film-programs.ts";
import { HEIF_LIBRARY_MISSING, isHeifLibraryInstalled } from "../image/heif/heif-library.ts";
import type { ActiveModel } from "../library/dependencies.ts";
import { ModelStore } from "../models/model-store.ts";
import { splitModel } from "../models/variant-files.ts";
import type { Catalog } from "../ports.ts";
import type { Device, DeviceChoice } from "../types.ts";
import { GraphStore } from "../vector-index/graph-store.ts";
import { loadHnswLibrary } from "../vector-index/hnsw-library.ts";

export interface Finding {
  readonly name: string;
  readonly state: "good" | "note" | "bad";
  /** What was found, and what to do about it. */
  readonly detail: string;
}

export interface DoctorOptions {
  readonly directory: string;
  /** Address of the PostgreSQL server that holds the library; then the folder holds its models. */
  readonly server?: string | undefined;
  /** `id` or `id:variant` to check in place of the library's own model. */
  readonly model?: string | undefined;
  readonly childProcess?: ChildProcessOptions | undefined;
  /** What pictures are embedded on, as `parseDevices` reads it. Default: the CPU. */
  readonly devices?: readonly Device[] | undefined;
}

const OLDEST_NODE = [20, 19] as const;
const LITTLE_SPACE = 1e9;

/** Checks everything that the product depends on; each finding is emitted as it is made, and none ends the run. */
export async function* diagnose(options: DoctorOptions): AsyncGenerator<Finding> {
  yield nodeVersion();
  const database = await databaseFinding();
  yield database;
  yield await graphLibrary();
  yield heifLibrary();
  yield await filmPrograms(options.childProcess);
  yield await freeSpace(options.directory);
  const model =
    options.server !== undefined
      ? yield* serverFindings(options.server)
      : database.state === "bad"
        ? undefined
        : yield* libraryFindings(options.directory);
  yield* modelFindings(options, options.model ?? model ?? "pocket");
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const old = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const found = `Node ${process.versions.node}`;
  return old
    ? {
        name: "node",
        state: "bad",
        detail: `${found}; ${OLDEST_NODE.join(".")} or newer is needed. Install a newer one from nodejs.org.`,
      }
    : { name: "node", state: "good", detail: found };
}

/** Its driver is compiled at install, for the Node of that day. */
async function databaseFinding(): Promise<Finding> {
  const opened = await attempt("database", () => openCatalog({ path: ":memory:" }));
  if ("finding" in opened) return opened.finding;
  await opened.value.close();
  return { name: "database", state: "good", detail: "its driver was made for this Node" };
}

async function graphLibrary(): Promise<Finding> {
  if (await loadHnswLibrary())
    return { name: "hnswlib", state: "good", detail: "installed: large libraries use an HNSW graph" };
  return {
    name: "hnswlib",
    state: "note",
    detail:
      "not installed (it is compiled at install): search scans exactly, which slows down beyond some 100,000 pictures. Install a C++ compiler and run `npm rebuild hnswlib-node`.",
  };
}

function heifLibrary(): Finding {
  return isHeifLibraryInstalled()
    ? { name: "libheif", state: "good", detail: "installed: HEIC pictures are read" }
    : { name: "libheif", state: "note", detail: `not installed: ${HEIF_LIBRARY_MISSING}` };
}

async function filmPrograms(childProcess: ChildProcessOptions | undefined): Promise<Finding> {
  return (await hasFilmPrograms(childProcess?.env))
    ? { name: "ffmpeg", state: "good", detail: "on PATH: films are read" }
    : {
        name: "ffmpeg",
        state: "note",
        detail:
          "ffmpeg and ffprobe are not on PATH: films, and all but the first frame of animated PNG and AVIF, are not read. Install ffmpeg and run `glimpse add`.",
      };
}

async function freeSpace(directory: string): Promise<Finding> {
  const stats = await statfs(directory).catch(() => undefined);
  if (stats === undefined)
    return {
      name: "disk",
      state: "note",
      detail: `unknown until ${directory} is there; it is made when pictures are added`,
    };
  const free = stats.bavail * stats.bsize;
  const found = `${(free / 1e9).toFixed(1)} GB free on the library's disk`;
  return free < LITTLE_SPACE
    ? { name: "disk", state: "bad", detail: `${found}, which is little. Free some before adding pictures.` }
    : { name: "disk", state: "good", detail: found };
}

/** @returns the model that the library uses, when it could be opened */
async function* libraryFindings(directory: string): AsyncGenerator<Finding, string | undefined> {
  const path = join(directory, "catalog.db");
  // Opening would make one, and looking should change nothing.
  const there = await attempt("catalog", () => catalogExists(path));
  if ("finding" in there) {
    yield there.finding;
    return undefined;
  }
  if (!there.value) {
    yield { name: "catalog", state: "note", detail: `none at ${directory} yet; \`glimpse add\` makes it` };
    return undefined;
  }
  const opened = await attempt("catalog", () => openCatalog({ path }));
  if ("finding" in opened) {
    yield opened.finding;
    return undefined;
  }
  const catalog = opened.value;
  try {
    if (!(await isWritable(path))) yield readOnly(path);
    yield* catalogFindings(catalog);
    const active = await catalog.embeddings.activeModel();
    if (active) yield* indexFindings(directory, catalog, active);
    return active?.model;
  } finally {
    await catalog.close();
  }
}

/** @returns the model that the library uses, when it could be opened */
async function* serverFindings(place: string): AsyncGenerator<Finding, string | undefined> {
  const name = "server";
  const { openServerLibrary, serverHasLibrary, isOlder } = await import("../postgres/server-library.ts");
  const there = await attempt(name, () => serverHasLibrary(place));
  if ("finding" in there) {
    yield there.finding;
    return undefined;
  }
  if (!there.value) {
    yield {
      name,
      state: "note",
      detail: "it can be reached, and holds no library yet; `glimpse add` makes it",
    };
    return undefined;
  }
  const opened = await attempt(name, () => openServerLibrary(place));
  if ("finding" in opened) {
    yield opened.finding;
    return undefined;
  }
  const { catalog, versions, where } = opened.value;
  try {
    const found = `${where}: PostgreSQL ${versions.postgres}, pgvector ${versions.pgvector}`;
    yield isOlder(versions.pgvector, SOUND_PGVECTOR)
      ? {
          name,
          state: "note",
          detail: `${found}. Before ${SOUND_PGVECTOR.join(".")} pgvector's graph may miss pictures once many were removed: install a newer one there, then ALTER EXTENSION vector UPDATE and REINDEX.`,
        }
      : { name, state: "good", detail: found };
    yield* catalogFindings(catalog);
    return (await catalog.embeddings.activeModel())?.model;
  } finally {
    await catalog.close();
  }
}

/** Faults of HNSW under vacuum were mended in it. */
const SOUND_PGVECTOR = [0, 8, 4];

const isWritable = (path: string) =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

const readOnly = (path: string): Finding => ({
  name: "catalog",
  state: "note",
  detail: `${path} cannot be written: pictures are found, none can be added. Make the file and its folder writable for that.`,
});

/** The graph that large libraries have, against the catalog it was made from. */
async function* indexFindings(
  directory: string,
  catalog: Catalog,
  { model, space }: ActiveModel,
): AsyncGenerator<Finding> {
  const library = await loadHnswLibrary();
  const { id } = splitModel(model);
  const described = await attempt("index", () => new ModelStore({ directory }).descriptor(id));
  // Problems of the model are reported by its own check.
  if (!library || "finding" in described) return;
  const { dimensions } = described.value;
  const store = new GraphStore({
    catalog,
    library,
    space,
    dimensions,
    directory: join(directory, "index"),
  });
  const examined = await store.diagnose();
  const name = "index";
  if (examined.state === "absent") {
    yield { name, state: "good", detail: "every vector is compared, as fits the library's size" };
  } else if (examined.state === "sound") {
    yield {
      name,
      state: "good",
      detail: `sound; images that changed since it was built, and are compared separately: ${examined.changes}`,
    };
  } else {
    const found = examined.state === "damaged" ? "damaged" : "of another catalog, or too old for this one";
    yield {
      name,
      state: "note",
      detail: `the index file is ${found}; it is not used, and is rebuilt by the next \`glimpse add\``,
    };
  }
}

async function* catalogFindings(catalog: Catalog): AsyncGenerator<Finding> {
  const problems = await catalog.check();
  for (const detail of problems) yield { name: "catalog", state: "bad", detail };
  const { images, failed } = await catalog.images.totals();
  if (problems.length === 0)
    yield {
      name: "catalog",
      state: "good",
      detail: `sound; ${pluralize(images, "image")}, ${pluralize(failed, "failure")} noted`,
    };
  const active = await catalog.embeddings.activeModel();
  if (active === undefined) return;
  const embedded = await catalog.embeddings.count(active.space);
  const missing = images - embedded;
  yield missing === 0
    ? { name: "vectors", state: "good", detail: `every image has its vector under ${active.model}` }
    : {
        name: "vectors",
        state: "note",
        detail: `${pluralize(missing, "image")} without a vector under ${active.model}; \`glimpse add\` makes what is missing`,
      };
}

async function* modelFindings(
  { directory, childProcess, devices = ["cpu"] }: DoctorOptions,
  model: string,
): AsyncGenerator<Finding> {
  const { id, variant } = splitModel(model);
  const store = new ModelStore({ directory });
  const files = await attempt(`model ${model}`, () => store.verify(id, variant));
  if ("finding" in files) return yield files.finding;
  for (const { path, state } of files.value) {
    yield {
      name: `model ${model}`,
      state: state === "sound" ? "good" : "bad",
      detail: `${path}: ${state === "sound" ? "as pinned" : `${state}; run \`glimpse models pull ${model}\``}`,
    };
  }
  const located = await attempt(`model ${model}`, () => store.locate(id, variant));
  if ("finding" in located) return yield located.finding;
  const embedder = openEmbedder({ model: located.value, childProcess }, devices);
  try {
    const choices = await attempt("device", () => embedder.chooseDevice());
    if ("finding" in choices) return yield choices.finding;
    for (const choice of choices.value) yield deviceFinding(choice);
    const results = await attempt(`model ${model}`, () => embedder.check());
    if ("finding" in results) return yield results.finding;
    for (const { name, ok, detail } of results.value) {
      yield { name: `answers of ${model}`, state: ok ? "good" : "bad", detail: `${name}: ${detail}` };
    }
  } finally {
    await embedder.close();
  }
}

/** That pictures are embedded on the CPU is no fault, unless something else was asked for. */
const deviceFinding = (choice: DeviceChoice): Finding => ({
  name: "device",
  state: choice.asked !== "auto" && choice.refused.length > 0 ? "note" : "good",
  detail: `pictures are embedded on ${describeDevice(choice)}`,
});

async function attempt<Value>(
  name: string,
  work: () => Promise<Value>,
): Promise<{ value: Value } | { finding: Finding }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof GlimpseError)) throw error;
    return { finding: { name, state: "bad", detail: error.message } };
  }
}
