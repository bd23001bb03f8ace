import { UsageError } from "../errors.ts";
import { foldLabel } from "../fold-label.ts";
import type { Catalog } from "../ports.ts";
import type { ImageId, ModelTraits, TagVocabulary, VocabularyTag } from "../types.ts";
import { promptsOf } from "./prompt-vectors.ts";
import { requireTags } from "./require-tags.ts";
import { storedVocabulary, storeVocabulary } from "./tag-images.ts";
import { checkTag, sameTags } from "./tag-vocabulary.ts";

/** The tag as it is spelled in the library, and how many images the edit changed. */
export interface TagEdit {
  readonly tag: string;
  readonly images: number;
}

/** Tags of the vocabulary and those in use, as they are spelled here. */
export async function knownTags({ tags, state }: Pick<Catalog, "tags" | "state">): Promise<string[]> {
  const vocabulary = await storedVocabulary({ state });
  const used = await tags.summaries();
  return [...new Set([...(vocabulary?.tags ?? []), ...used].map(({ tag }) => tag))];
}

/** As a user's own tag. @throws UsageError for a tag that no vocabulary could contain */
export async function tagAll(catalog: Catalog, ids: readonly ImageId[], tag: string): Promise<TagEdit> {
  const checked = checkTag(tag);
  const [spelled = checked] = sameTags(checked, await knownTags(catalog));
  return { tag: spelled, images: await catalog.tags.putAll(ids, spelled) };
}

/**
 * Renames a tag on every image and in the vocabulary, where its meaning for the model stays what it was. A tag that
 * has the new name already takes the other's images.
 * @throws NotFoundError for a tag that is not there, UsageError for a name that it has already or that none could have
 */
export async function renameTag(
  catalog: Catalog,
  traits: Pick<ModelTraits, "templates">,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<TagEdit> {
  const checked = checkTag(to);
  const known = await knownTags(catalog);
  requireTags([from], known);
  const spellings = sameTags(from, known);
  const target = sameTags(checked, known).find((tag) => !spellings.includes(tag)) ?? checked;
  const others = spellings.filter((tag) => tag !== target);
  if (others.length === 0) throw new UsageError(`The tag is called "${target}" already.`);
  const vocabulary = await storedVocabulary(catalog);
  if (vocabulary) await storeVocabulary(catalog, renamedIn(vocabulary, others, target, traits));
  let images = 0;
  for (const tag of others) images += await catalog.tags.rename(tag, target);
  return { tag: target, images };
}

/** Deletes a tag from every image and from the vocabulary. @throws NotFoundError */
export async function deleteTag(catalog: Catalog, tag: string): Promise<TagEdit> {
  const known = await knownTags(catalog);
  requireTags([tag], known);
  const spellings = sameTags(tag, known);
  const vocabulary = await storedVocabulary(catalog);
  const kept = vocabulary?.tags.filter((entry) => !spellings.includes(entry.tag));
  if (kept && kept.length < (vocabulary?.tags.length ?? 0)) await storeVocabulary(catalog, { tags: kept });
  let images = 0;
  for (const spelled of spellings) images += await catalog.tags.remove(spelled);
  return { tag: spellings[0] ?? tag, images };
}

function renamedIn(
  { tags }: TagVocabulary,
  others: readonly string[],
  target: string,
  traits: Pick<ModelTraits, "templates">,
): TagVocabulary {
  const isTaken = tags.some(({ tag }) => tag === target);
  return {
    tags: tags.flatMap((entry): VocabularyTag[] => {
      if (!others.includes(entry.tag)) return [entry];
      if (isTaken) return [];
      if (foldLabel(entry.tag) === foldLabel(target)) return [{ ...entry, tag: target }];
      return [{ ...entry, tag: target, prompts: entry.prompts ?? promptsOf(entry.tag, traits) }];
    }),
  };
}
