import { GlimpseError, NotFoundError, systemCode } from "../errors.ts";
import { foldLabel } from "../fold-label.ts";
import { keysInScope } from "../images-in-scope.ts";
import { knownTags } from "../labels/edit-tags.ts";
import { asTag } from "../labels/tag-vocabulary.ts";
import { openQueue } from "../open-queue.ts";
import type { Catalog, CatalogImage, Embedder } from "../ports.ts";
import { readSidecar } from "../sidecars/sidecar-file.ts";
import { readXmp } from "../sidecars/xmp-document.ts";
import type { CarriedWords, FilePlacement, ImageId, LongWork, Scope } from "../types.ts";

interface ImportContext {
  readonly catalog: Catalog;
  readonly embedder: Pick<Embedder, "inspectPicture" | "concurrency">;
}

export interface KeywordReport {
  /** Files that were read. */
  readonly files: number;
  /** Images that carry keywords, and how many different ones there are. */
  readonly images: number;
  readonly keywords: number;
  /** Files and sidecars that could not be read; what was known of their keywords stays. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

const IMAGES_AT_ONCE = 64;
/** Of one image; no archive describes a picture by more. */
const MAX_KEYWORDS = 500;
const MAX_TITLE_LENGTH = 2000;

/**
 * Reads the keywords, titles and descriptions that files in scope and their sidecars carry: keywords become tags by
 * "file", which never override a user's, and titles are searched. What a file no longer carries is gone.
 */
export async function importKeywords(
  { catalog, embedder }: ImportContext,
  scope: Scope,
  { signal, onProgress }: LongWork = {},
): Promise<KeywordReport> {
  const spelled = new Map((await knownTags(catalog)).map((tag) => [foldLabel(tag), tag]));
  const total = await catalog.images.count(scope);
  const skipped: { path: string; reason: string }[] = [];
  const seen = new Set<string>();
  let [files, images, done] = [0, 0, 0];
  const importSome = async (some: readonly CatalogImage[]) => {
    const queue = await openQueue(embedder.concurrency);
    const read = await queue.addAll(some.map((image) => () => wordsOf(embedder, image, skipped, signal)));
    const carried = read.flatMap((words) => (words ? [words] : []));
    const tagged = carried.map(({ id, keywords }) => ({ id, tags: tagsOf(keywords, spelled) }));
    await catalog.tags.setFromFiles(tagged);
    for (const { id, titles } of carried)
      await catalog.texts.put(
        id,
        "title",
        titles.map((title) => title.slice(0, MAX_TITLE_LENGTH)),
      );
    files += carried.reduce((sum, words) => sum + words.files, 0);
    images += tagged.filter(({ tags }) => tags.length > 0).length;
    for (const { tags } of tagged) for (const tag of tags) seen.add(tag);
    done += some.length;
    onProgress?.({ stage: "reading keywords", done, total: Math.max(total, done) });
  };
  for await (const keys of keysInScope(catalog, scope, IMAGES_AT_ONCE)) {
    signal?.throwIfAborted();
    await importSome(await catalog.images.byKey(keys));
  }
  return { files, images, keywords: seen.size, skipped };
}

interface ImageWords extends CarriedWords {
  readonly id: ImageId;
  readonly files: number;
}

/** Of all its files; undefined when any of it could not be read, so that what is known stays. */
async function wordsOf(
  embedder: ImportContext["embedder"],
  { record }: CatalogImage,
  skipped: { path: string; reason: string }[],
  signal: AbortSignal | undefined,
): Promise<ImageWords | undefined> {
  const files = record.placements.filter((at): at is FilePlacement => at.kind === "file" && at.online);
  const words: CarriedWords[] = [];
  let isWhole = true;
  const read = async (path: string, reading: Promise<CarriedWords | undefined>) => {
    try {
      const found = await reading;
      if (found) words.push(found);
      return found;
    } catch (error) {
      if (signal?.aborted || !isExpected(error)) throw error;
      skipped.push({ path, reason: error.message });
      isWhole = false;
      return undefined;
    }
  };
  // The same bytes carry the same words: one file is enough.
  let hasOwn = false;
  for (const { path } of files) {
    if (!hasOwn) hasOwn = (await read(path, ownWords(embedder, path, record.id, signal))) !== undefined;
    await read(`${path}.xmp`, sidecarWords(path));
  }
  if (!hasOwn || !isWhole) return undefined;
  return {
    id: record.id,
    files: files.length,
    keywords: words.flatMap(({ keywords }) => keywords),
    titles: [...new Set(words.flatMap(({ titles }) => titles))],
  };
}

/** A file or disk that cannot be read, rather than a defect. */
const isExpected = (error: unknown): error is Error =>
  error instanceof GlimpseError || (error instanceof Error && typeof systemCode(error) === "string");

async function ownWords(
  embedder: ImportContext["embedder"],
  path: string,
  id: ImageId,
  signal: AbortSignal | undefined,
): Promise<CarriedWords> {
  const inspected = await embedder.inspectPicture({ path }, signal);
  if (inspected.id === id) return inspected.carried;
  throw new NotFoundError("it was changed since it was added; run `glimpse add` first");
}

/** `photo.jpg.xmp`, as darktable, digiKam and Glimpse name it. */
async function sidecarWords(path: string): Promise<CarriedWords | undefined> {
  const sidecar = await readSidecar(`${path}.xmp`);
  return sidecar && readXmp(sidecar.xml);
}

/** As tags of the library, each once, in the spelling that is there already. */
function tagsOf(keywords: readonly string[], spelled: Map<string, string>): string[] {
  const tags = new Set<string>();
  for (const keyword of keywords.slice(0, MAX_KEYWORDS)) {
    const tag = asTag(keyword);
    if (tag === undefined) continue;
    const folded = foldLabel(tag);
    if (!spelled.has(folded)) spelled.set(folded, tag);
    tags.add(spelled.get(folded) ?? tag);
  }
  return [...tags];
}
