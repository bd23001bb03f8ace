import { UsageError } from "../errors.ts";
import { foldLabel } from "../fold-case.ts";
import type { Catalog } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageId, ModelTraits, Scope, TagState, VocabularyTag } from "../types.ts";
import { editVocabulary } from "./edit-vocabulary.ts";
import { promptsOf } from "./prompt-vectors.ts";
import { requireTags } from "./require-tags.ts";
import { storedVocabulary } from "./tag-images.ts";
import { checkTag, sameTags } from "./tag-vocabulary.ts";

/** The tag as it is spelled in the library, and how many images the edit changed. */
export interface TagEdit {
  readonly tag: string;
  readonly images: number;
}

/** Tags of the vocabulary and those in use in scope, as they are spelled here. */
export async function knownTags(
  { tags, state }: Pick<Catalog, "tags" | "state">,
  scope: Scope = ENTIRE_LIBRARY,
): Promise<string[]> {
  const vocabulary = await storedVocabulary({ state });
  const used = await tags.summaries(scope);
  return [...new Set([...(vocabulary?.tags ?? []), ...used].map(({ tag }) => tag))];
}

/** As a user's own tag, spelled as in the scope of who gives it. @throws UsageError for a tag that no vocabulary could contain */
export async function tagAll(
  catalog: Catalog,
  ids: readonly ImageId[],
  tag: string,
  scope: Scope = ENTIRE_LIBRARY,
): Promise<TagEdit> {
  const checked = checkTag(tag);
  const [spelled = checked] = sameTags(checked, await knownTags(catalog, scope));
  return { tag: spelled, images: await catalog.tags.putAll(ids, spelled) };
}

/**
 * Makes an image say this of a tag, as it is spelled in scope: a person's word, or what was said before one.
 * @returns what it said before, as far as the scope shows it
 * @throws NotFoundError when the image is gone, UsageError for a tag that no vocabulary could contain
 */
export async function setTagState(
  catalog: Catalog,
  id: ImageId,
  { tag, state }: { readonly tag: string; readonly state: TagState | undefined },
  scope: Scope = ENTIRE_LIBRARY,
): Promise<TagState | undefined> {
  const checked = checkTag(tag);
  const [spelled = checked] = sameTags(checked, await knownTags(catalog, scope));
  const [image] = await catalog.images.byId([id], scope, "first");
  const seen = image?.record.tags.find((carried) => carried.tag === spelled);
  const before = await catalog.tags.replace(id, spelled, state);
  // Of a file outside the scope, what the model says beneath.
  return before?.by === "file" ? seen && { by: seen.by, score: seen.score } : before;
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
  if (await storedVocabulary(catalog))
    await editVocabulary(catalog, (tags) => renamedIn(tags, others, target, traits));
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
  if (vocabulary?.tags.some((entry) => spellings.includes(entry.tag)))
    await editVocabulary(catalog, (tags) => tags.filter((entry) => !spellings.includes(entry.tag)));
  let images = 0;
  for (const spelled of spellings) images += await catalog.tags.remove(spelled);
  return { tag: spellings[0] ?? tag, images };
}

function renamedIn(
  tags: readonly VocabularyTag[],
  others: readonly string[],
  target: string,
  traits: Pick<ModelTraits, "templates">,
): VocabularyTag[] {
  const isTaken = tags.some(({ tag }) => tag === target);
  return tags.flatMap((entry): VocabularyTag[] => {
    if (!others.includes(entry.tag)) return [entry];
    if (isTaken) return [];
    if (foldLabel(entry.tag) === foldLabel(target)) return [{ ...entry, tag: target }];
    return [{ ...entry, tag: target, prompts: entry.prompts ?? promptsOf(entry.tag, traits) }];
  });
}
