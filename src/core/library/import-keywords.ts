import { hostname } from "node:os";
import { GlimpseError, NotFoundError, systemCode } from "../errors.ts";
import { foldLabel } from "../fold-case.ts";
import { keysInScope } from "../images-in-scope.ts";
import { knownTags } from "../labels/edit-tags.ts";
import { asTag } from "../labels/tag-vocabulary.ts";
import { openQueue } from "../open-queue.ts";
import type { Catalog, Embedder, WordsOfFile } from "../ports.ts";
import { SidecarError, SidecarReader } from "../sidecars/read-beside.ts";
import type { CarriedWords, ImageId, LongWork, Placement, Scope, SidecarFacts } from "../types.ts";

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
const FILES_AT_ONCE = 64;
/** Of one image; no archive describes a picture by more. */
const MAX_KEYWORDS = 500;
const MAX_TITLE_LENGTH = 2000;

/**
 * Reads the keywords, titles and descriptions that files in scope and their sidecars carry: keywords become tags by
 * "file", which never override a user's, and titles are searched. What a file no longer carries is gone. Dates, locations
 * and ratings that sidecars say are read too.
 */
export async function importKeywords(
  context: ImportContext,
  scope: Scope,
  { signal, onProgress }: LongWork = {},
): Promise<KeywordReport> {
  const { catalog, embedder } = context;
  const reader = await wordsReader(context, signal);
  const total = await catalog.images.count(scope);
  const queue = await openQueue(embedder.concurrency);
  const seen = new Set<string>();
  let [files, images, done] = [0, 0, 0];
  for await (const keys of keysInScope(catalog, scope, IMAGES_AT_ONCE)) {
    signal?.throwIfAborted();
    const some = await catalog.images.byKey(keys, scope);
    const read = await queue.addAll(
      some.map(
        ({ record: { id, placements } }) =>
          () =>
            reader.wordsOf(id, placements.flatMap(onlinePath)),
      ),
    );
    const words = reader.tagged(read.flat());
    await catalog.tags.setFromFiles(words);
    await catalog.facts.setFromSidecars(read.flat());
    files += words.length;
    const tagged = words.filter(({ tags }) => tags.length > 0);
    images += new Set(tagged.map(({ id }) => id)).size;
    for (const { tags } of tagged) for (const tag of tags) seen.add(tag);
    done += some.length;
    onProgress?.({ stage: "reading keywords", done, total: Math.max(total, done) });
  }
  return { files, images, keywords: seen.size, skipped: reader.skipped };
}

/**
 * Reads the words of files that came to a picture whose words were read before, as a file does that was moved. Of one that
 * cannot be read now, it is tried again the next time.
 */
export async function readWordsOfNewFiles(context: ImportContext, { signal }: LongWork = {}): Promise<void> {
  const { catalog } = context;
  const [first] = await catalog.tags.filesWithUnreadWords("", 1);
  if (first === undefined) return;
  const reader = await wordsReader(context, signal);
  const here = new Set(
    (await catalog.files.roots()).filter(({ host }) => host === hostname()).map(({ path }) => path),
  );
  for (let after = ""; ; ) {
    const paths = await catalog.tags.filesWithUnreadWords(after, FILES_AT_ONCE);
    const last = paths.at(-1);
    if (last === undefined || signal?.aborted) return;
    after = last;
    const read: ReadFile[] = [];
    for (const path of paths) {
      const file = await catalog.files.placement(path);
      if (file && here.has(file.placement.root) && !signal?.aborted)
        read.push(...(await reader.wordsOf(file.id, onlinePath(file.placement))));
    }
    await catalog.tags.setFromFiles(reader.tagged(read));
  }
}

/** Of files to which words were given since they were read, or that are new. */
export async function setWordsOf(
  context: ImportContext,
  files: readonly { readonly path: string; readonly id: ImageId }[],
  signal?: AbortSignal,
): Promise<void> {
  if (files.length === 0) return;
  const reader = await wordsReader(context, signal);
  const read: ReadFile[] = [];
  for (const { path, id } of files) if (!signal?.aborted) read.push(...(await reader.wordsOf(id, [path])));
  await context.catalog.tags.setFromFiles(reader.tagged(read));
}

/** What a file carries, as it is written there. */
interface ReadFile extends Omit<WordsOfFile, "tags"> {
  readonly keywords: readonly string[];
  readonly facts: SidecarFacts;
}

const onlinePath = (at: Placement): string[] => (at.kind === "file" && at.online ? [at.path] : []);

/** Reads what files carry, in the spelling that tags have in the library. */
async function wordsReader({ catalog, embedder }: ImportContext, signal: AbortSignal | undefined) {
  const spelled = new Map((await knownTags(catalog)).map((tag) => [foldLabel(tag), tag]));
  const skipped: { path: string; reason: string }[] = [];
  const sidecars = new SidecarReader();
  const read = async <Words extends CarriedWords>(path: string, reading: Promise<Words>) => {
    try {
      return await reading;
    } catch (error) {
      if (signal?.aborted || !isExpected(error)) throw error;
      skipped.push({ path: error instanceof SidecarError ? error.path : path, reason: error.message });
      return undefined;
    }
  };
  /** Of each of these files of one image but those that could not be read. */
  const wordsOf = async (id: ImageId, paths: readonly string[]): Promise<ReadFile[]> => {
    const words: ReadFile[] = [];
    // The same bytes carry the same words: one file is enough.
    let own: CarriedWords | undefined;
    for (const path of paths) {
      const inside = own ?? (await read(path, ownWords(embedder, path, id, signal)));
      const beside = await read(path, sidecars.read(path));
      if (!inside || !beside) continue;
      own = inside;
      const titles = [...new Set([...inside.titles, ...beside.titles])];
      words.push({
        path,
        id,
        keywords: [...inside.keywords, ...beside.keywords],
        titles: titles.map((title) => title.slice(0, MAX_TITLE_LENGTH)),
        facts: beside.facts,
      });
    }
    return words;
  };
  /** In the order of the files, whichever was read first. */
  const tagged = (files: readonly ReadFile[]) =>
    files.map(({ keywords, ...file }) => ({ ...file, tags: tagsOf(keywords, spelled) }));
  return { wordsOf, tagged, skipped };
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
