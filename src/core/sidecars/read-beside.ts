import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { systemCode } from "../errors.ts";
import { xmpTime } from "../image/capture-time.ts";
import { factsInXmp } from "../image/xmp-facts.ts";
import { nearestPlace } from "../places/nearest-place.ts";
import type { CarriedWords, SidecarFacts } from "../types.ts";
import { Names, takeoutBeside, xmpBeside } from "./names-beside.ts";
import { readSidecar } from "./sidecar-file.ts";
import { readTakeout } from "./takeout.ts";
import { readXmp, XmpError } from "./xmp-document.ts";

/** What the documents beside a picture say of it. */
export interface Beside extends CarriedWords {
  readonly facts: SidecarFacts;
  /** Whether Google Takeout wrote words of it. */
  readonly hasTakeoutWords: boolean;
}

/** Larger ones are read for their words alone. */
const MAX_FACTS = 256 * 1024;
/** An XMP document that cannot be read. */
export class SidecarError extends XmpError {
  readonly path: string;

  constructor(path: string, cause: XmpError) {
    super(cause.message, { cause });
    this.path = path;
  }
}

const NOTHING: Beside = { keywords: [], titles: [], facts: {}, hasTakeoutWords: false };

/** Reads XMP documents and Takeout's JSON beside pictures; each folder is listed once while files of it are asked for. */
export class SidecarReader {
  #listed: { readonly folder: string; readonly names: Promise<Names> } | undefined;

  /** @throws SidecarError for one that cannot be read, and errors of the file system */
  async read(path: string): Promise<Beside> {
    const [folder, file] = [dirname(path), basename(path)];
    const names = await this.#namesIn(folder);
    if (names.size === 0) return NOTHING;
    const found: Beside[] = [];
    for (const name of xmpBeside(file, names)) {
      const path = join(folder, name);
      const read = readXmpFile(path).catch((error) => {
        throw error instanceof XmpError ? new SidecarError(path, error) : error;
      });
      found.push(await read);
    }
    for (const name of takeoutBeside(file, names)) {
      const takeout = await takeoutFile(join(folder, name), file);
      if (!takeout) continue;
      found.push(takeout);
      break;
    }
    if (found.length === 0) return NOTHING;
    // What a person wrote into XMP since stands before what was exported.
    const facts: SidecarFacts = Object.assign({}, ...found.map((one) => one.facts).reverse());
    const place = facts.location && (await nearestPlace(facts.location));
    return {
      keywords: found.flatMap(({ keywords }) => keywords),
      titles: found.flatMap(({ titles }) => titles),
      facts: { ...facts, ...(place && { place }) },
      hasTakeoutWords: found.some((one) => one.hasTakeoutWords),
    };
  }

  #namesIn(folder: string): Promise<Names> {
    if (this.#listed?.folder !== folder) this.#listed = { folder, names: sidecarNames(folder) };
    return this.#listed.names;
  }
}

/** Where there is no sidecar, no names. */
async function sidecarNames(folder: string): Promise<Names> {
  const names = await readdir(folder).catch((error) => {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  });
  return new Names(names.some((name) => /\.(xmp|json)$/i.test(name)) ? names : []);
}

async function readXmpFile(path: string): Promise<Beside> {
  const sidecar = await readSidecar(path);
  if (!sidecar) return NOTHING;
  const { keywords, titles, properties } = await readXmp(sidecar.xml);
  const tags = Object.fromEntries(
    [...properties].map(([name, value]) => [name, { value, description: value }]),
  );
  const time = xmpTime(tags);
  const { comment: _, ...facts } = sidecar.xml.length > MAX_FACTS ? {} : factsInXmp(tags);
  return {
    ...{ keywords, titles },
    facts: { ...facts, ...(time && { takenAt: { wallClock: time.wallClock } }) },
    hasTakeoutWords: false,
  };
}

/** JSON of other programs says nothing. */
async function takeoutFile(path: string, file: string): Promise<Beside | undefined> {
  const json = await readSidecar(path).catch((error) => {
    if (error instanceof XmpError) return undefined;
    throw error;
  });
  const takeout = json && json.xml.length <= MAX_FACTS ? readTakeout(json.xml, file) : undefined;
  if (!takeout) return undefined;
  const { keywords, titles } = takeout.words;
  return { keywords, titles, facts: takeout.facts, hasTakeoutWords: keywords.length + titles.length > 0 };
}
