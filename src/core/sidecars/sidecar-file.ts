import { randomBytes } from "node:crypto";
import { link, lstat, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { systemCode } from "../errors.ts";
import { addKeywords, printableXml, readXmp, renderXmp, XmpError } from "./xmp-document.ts";

/** Programs write a few kilobytes; edits of one picture take some hundred. */
const MAX_BYTES = 4 * 1024 * 1024;

/** written: a new one, or one that Glimpse had written; merged: keywords added to another program's. */
export type SidecarOutcome = "written" | "merged" | "unchanged";

/**
 * Writes keywords beside a picture. A sidecar that Glimpse wrote and nobody changed is replaced; into any other only
 * the keywords are added that it lacks, and all else stays byte for byte. Whole or not at all; nothing but a regular file
 * is replaced.
 * @throws XmpError for a sidecar that cannot be merged, and errors of the file system
 */
export async function writeSidecar(path: string, keywords: readonly string[]): Promise<SidecarOutcome> {
  const before = await readSidecar(path);
  const wanted = [...new Set(keywords.map(printableXml))];
  if (before === undefined) {
    if (wanted.length === 0) return "unchanged";
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, renderXmp(wanted), undefined);
    return "written";
  }
  const isOurs = renderXmp((await readXmp(before.xml)).keywords) === before.xml;
  const xml = isOurs ? renderXmp(wanted) : await addKeywords(before.xml, wanted);
  if (xml === before.xml) return "unchanged";
  await replaceFile(path, xml, before);
  return isOurs ? "written" : "merged";
}

interface ReadSidecar {
  readonly xml: string;
  readonly mode: number;
}

/**
 * The text of a sidecar; undefined where there is none.
 * @throws XmpError for what is no text file in UTF-8 of the usual size
 */
export async function readSidecar(path: string): Promise<ReadSidecar | undefined> {
  const stats = await lstat(path).catch((error) => {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!stats) return undefined;
  if (!stats.isFile()) throw new XmpError("it is not a regular file");
  if (stats.size > MAX_BYTES) throw new XmpError("it is larger than a sidecar is");
  const bytes = await readFile(path);
  try {
    return {
      xml: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
      mode: stats.mode & 0o777,
    };
  } catch {
    throw new XmpError("it is not text in UTF-8");
  }
}

/** By a temporary file in the same folder. @throws XmpError when another program changed the file meanwhile */
async function replaceFile(path: string, xml: string, before: ReadSidecar | undefined): Promise<void> {
  const temporary = join(
    dirname(path),
    `.${basename(path).slice(0, 100)}.${randomBytes(6).toString("hex")}.tmp`,
  );
  try {
    const file = await open(temporary, "wx", before?.mode ?? 0o666);
    try {
      await file.writeFile(xml);
      await file.sync();
    } finally {
      await file.close();
    }
    if ((await readSidecar(path))?.xml !== before?.xml)
      throw new XmpError("another program changed it meanwhile; run this again");
    if (before) await rename(temporary, path);
    else await placeNew(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Never over a file that appeared meanwhile, where the file system has links. */
async function placeNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (systemCode(error) === "EEXIST")
      throw new XmpError("another program made it meanwhile; run this again");
    await rename(temporary, path);
  }
}
