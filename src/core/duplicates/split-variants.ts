import { isSame } from "../comparison/picture-comparer.ts";
import type { PictureComparison, PlacedEdit } from "../ports.ts";
import type { Edit, EditKind } from "../types.ts";
import { divideGroup } from "./divide-group.ts";
import { type DuplicateSearch, idAt } from "./duplicate-context.ts";
import type { Verification } from "./verification.ts";

/** Up to so many pictures are compared pair by pair where it is in doubt that all belong together. */
const ALL_PAIRS = 12;
/** Of the pictures that match one of two variants, so many are compared with the other. */
const MAX_THIRDS = 4;
/** Edits by which a picture gets words. */
const ADDED: ReadonlySet<EditKind> = new Set(["watermarked", "text added", "framed"]);
/** Share of the cells of the smaller overlay that the larger may cover too. */
const SHARED_PLACES = 0.25;

/**
 * Splits connected pictures where two of them cannot be the same picture: two memes that both match the template but for
 * their words, or a pair that a user marked as other pictures.
 */
export async function splitVariants(
  verification: Verification,
  search: DuplicateSearch,
  group: readonly number[],
): Promise<number[][]> {
  const doubtful = group.length > 2 ? await doubtfulOf(verification, group) : [];
  if (doubtful.length <= ALL_PAIRS)
    await verification.compare(pairsOf(doubtful).filter(([a, b]) => !verification.resultOf(a, b)));
  const inside = new Set(group);
  await verification.compare(await withThirds(verification, search, inside));
  const pairs = await verification.pairsWithin(inside);
  const bare = new BareCopies(pairs, verification);
  const conflicts: (readonly [number, number])[] = [];
  for (const [a, b] of pairs) {
    if (areInConflict(verification, [a, b], inside, bare)) conflicts.push([a, b]);
    await search.yielder.yieldIfDue();
  }
  const verdicts = toldApart(search, group);
  if (conflicts.length + verdicts.length === 0) return [[...group]];
  const strengths: { readonly pair: readonly [number, number]; readonly strength: number }[] = [];
  for (const pair of pairs) {
    if (verification.isSame(...pair))
      strengths.push({ pair, strength: strengthOf(verification.resultOf(...pair)) });
    await search.yielder.yieldIfDue();
  }
  strengths.sort((one, other) => other.strength - one.strength);
  const links = [...verification.joinedWithin(inside), ...strengths.map(({ pair }) => pair)];
  return divideGroup(group, links, [...verdicts, ...conflicts], search.yielder);
}

/** Versions with something laid over each may differ in that from each other; what has a variant may have more. */
async function doubtfulOf(verification: Verification, group: readonly number[]): Promise<number[]> {
  const doubtful = new Set<number>();
  for (const [a, b] of await verification.pairsWithin(new Set(group))) {
    const result = verification.resultOf(a, b);
    const isVariant = result?.outcome === "variant";
    if (isVariant || hasOverlay(result, "reference")) doubtful.add(a);
    if (isVariant || hasOverlay(result, "member")) doubtful.add(b);
  }
  return group.filter((at) => doubtful.has(at));
}

/** Pictures that match one of two variants, with the other: they tell whether both are made from them. */
async function withThirds(
  verification: Verification,
  search: DuplicateSearch,
  inside: ReadonlySet<number>,
): Promise<(readonly [number, number])[]> {
  const pairs: (readonly [number, number])[] = [];
  for (const [a, b] of await verification.pairsWithin(inside)) {
    if (verification.resultOf(a, b)?.outcome !== "variant") continue;
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const matching = [...verification.partnersOf(one)].filter(
        (at) => inside.has(at) && verification.isSame(at, one),
      );
      const thirds = matching.filter((at) => at !== other).slice(0, MAX_THIRDS);
      for (const third of thirds) if (!verification.resultOf(third, other)) pairs.push([third, other]);
    }
    await search.yielder.yieldIfDue();
  }
  return pairs;
}

/**
 * Variants are not the same picture, unless a third one matches both, and something was added to one of them at most, or
 * to each in another place of it: with other words in one place they are two memes. Nor are they where the one matches a
 * picture that is the other one for certain.
 */
function areInConflict(
  verification: Verification,
  [a, b]: readonly [number, number],
  inside: ReadonlySet<number>,
  bare: BareCopies,
): boolean {
  if (verification.resultOf(a, b)?.outcome !== "variant") return false;
  const matches = (one: number, other: number) =>
    [...verification.partnersOf(one)].some(
      (at) => inside.has(at) && bare.areOne(at, other) && verification.isSame(one, at),
    );
  if (matches(a, b) || matches(b, a)) return false;
  const thirds = [...verification.partnersOf(a)].filter((third) => inside.has(third) && third !== b);
  return !thirds.some((third) => {
    const results = [verification.resultOf(third, a), verification.resultOf(third, b)];
    if (!results.every(isSame)) return false;
    const added = results.map(({ edits }) => edits.filter(isAdded));
    return (
      added.some((some) => some.length === 0) || hasOverlay(verification.resultOf(a, b)) || areApart(added)
    );
  });
}

/** Beside the third picture. What was laid over that one may hide how the two differ; its frame hides nothing. */
const isAdded = ({ kind, of }: Edit) => ADDED.has(kind) && !(kind === "framed" && of === "reference");

/** Which pictures of a group are one for certain: each is a copy of the other, or both are of a third, and nothing was added. */
class BareCopies {
  readonly #copies = new Map<number, Set<number>>();

  constructor(pairs: readonly (readonly [number, number])[], verification: Verification) {
    for (const [a, b] of pairs) {
      const result = verification.resultOf(a, b);
      if (!isSame(result) || result.edits.some(({ kind }) => ADDED.has(kind))) continue;
      this.#copies.set(a, this.#of(a).add(b));
      this.#copies.set(b, this.#of(b).add(a));
    }
  }

  areOne(a: number, b: number): boolean {
    const [copies, others] = [this.#of(a), this.#of(b)];
    return copies.has(b) || [...copies].some((at) => others.has(at));
  }

  #of(picture: number): Set<number> {
    return this.#copies.get(picture) ?? new Set();
  }
}

/** Pairs that a user marked as other pictures. */
function toldApart(search: DuplicateSearch, group: readonly number[]): (readonly [number, number])[] {
  const { verdicts } = search;
  const places = new Map(group.map((at) => [idAt(search, at), at]));
  return group.flatMap((a) =>
    verdicts.markedApart(idAt(search, a)).flatMap((id) => {
      const b = places.get(id);
      return b !== undefined && a < b ? [[a, b] as const] : [];
    }),
  );
}

/** Joined first: what agrees most, and has nothing laid over it. */
const strengthOf = (result: PictureComparison | undefined): number =>
  (result?.agreement ?? 0) - (hasOverlay(result) ? 1 : 0);

/** Whether what was added to each of two pictures lies in other places of the third that both were made from. */
function areApart(added: readonly (readonly PlacedEdit[])[]): boolean {
  const places = added.map((edits) => new Set(edits.flatMap((edit) => edit.places ?? [])));
  if (added.flat().some(({ of, places }) => of !== "member" || !places)) return false;
  const [fewer, more] = places.toSorted((one, other) => one.size - other.size);
  if (!fewer || !more || fewer.size === 0) return false;
  return [...fewer].filter((place) => more.has(place)).length <= SHARED_PLACES * fewer.size;
}

/** Whether something was laid over one of the two, or over that one. */
const hasOverlay = (comparison: PictureComparison | undefined, over?: Edit["of"]) =>
  comparison?.edits.some(
    ({ kind, of }) =>
      (kind === "text added" || kind === "watermarked") && (over === undefined || of === over),
  ) ?? false;

const pairsOf = (group: readonly number[]) =>
  group.flatMap((a, at) => group.slice(at + 1).map((b) => [a, b] as const));
