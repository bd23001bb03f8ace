import { Comparisons, comparePairs, type ImagePair, isSame } from "../comparison/picture-comparer.ts";
import type { PictureComparison, PlacedEdit } from "../ports.ts";
import type { Edit, EditKind } from "../types.ts";
import type { YieldController } from "../yield-controller.ts";
import type { Candidates } from "./candidates.ts";
import { Components } from "./components.ts";
import type { Match } from "./duplicate-context.ts";
import { type DuplicateContext, type DuplicateSearch, idAt, keyAt } from "./duplicate-context.ts";
import type { Relation } from "./same-group.ts";

/**
 * Candidates that turned out to be other pictures, after which only much nearer ones are tried: those of one picture, and
 * of all that are one picture together. What belongs to them comes from its own side.
 */
const MAX_FAILURES = 4;
const MAX_FAILURES_TOGETHER = 8;
/** Fingerprint distance that only copies have. */
const NEAR = 12;
/** Up to so many pictures are compared pair by pair where it is in doubt that all belong together. */
const ALL_PAIRS = 12;
/** Of the pictures that match one of two variants, so many are compared with the other. */
const MAX_THIRDS = 4;

export interface VerifiedGroups {
  /** Positions of pictures that are the same picture. */
  readonly groups: readonly (readonly number[])[];
  /** Everything that was compared on the way. */
  readonly verification: Verification;
}

/**
 * Connects pictures by their pixels: repeatedly, each with its nearest candidate outside its group. So each version of
 * a picture is found through the version nearest to it, with few comparisons.
 */
export async function verifiedGroups(
  context: DuplicateContext,
  search: DuplicateSearch,
  candidates: Candidates,
  onProgress: (share: number) => void,
): Promise<VerifiedGroups> {
  const { pictures, verdicts } = search;
  const verification = new Verification(context, search);
  const components = new Components(pictures.length);
  for (const [a, b] of verification.joined) components.link(a, b);
  const next = new Uint8Array(pictures.length);
  const failures = new Uint8Array(pictures.length);
  /** Of connected pictures, by root. */
  const together = new Uint16Array(pictures.length);
  const link = (a: number, b: number) => {
    const sum = (together[components.root(a)] ?? 0) + (together[components.root(b)] ?? 0);
    const isNew = components.root(a) !== components.root(b);
    components.link(a, b);
    if (isNew) together[components.root(a)] = sum;
  };
  const hasFailed = (picture: number) =>
    (failures[picture] ?? 0) >= MAX_FAILURES ||
    (together[components.root(picture)] ?? 0) >= MAX_FAILURES_TOGETHER;
  const takeNext = (picture: number): number | undefined => {
    for (const { other, distance } of candidates.of(picture).slice(next[picture])) {
      if (distance > NEAR && hasFailed(picture)) return undefined;
      next[picture] = (next[picture] ?? 0) + 1;
      if (components.root(picture) === components.root(other)) continue;
      if (verdicts.markedDifferent(idAt(search, picture)).has(idAt(search, other))) continue;
      if (!verification.resultOf(picture, other)) return other;
    }
    return undefined;
  };
  for (let round = 0; ; round++) {
    const pairs: [number, number][] = [];
    for (let picture = 0; picture < pictures.length; picture++) {
      const other = takeNext(picture);
      if (other !== undefined) pairs.push([picture, other]);
      if (picture % 1024 === 0) await search.yielder.yieldIfDue();
    }
    if (pairs.length === 0) break;
    await verification.compare(pairs);
    for (const [a, b] of pairs) {
      if (verification.isSame(a, b)) link(a, b);
      else {
        failures[a] = (failures[a] ?? 0) + 1;
        const root = components.root(a);
        together[root] = (together[root] ?? 0) + 1;
      }
      await search.yielder.yieldIfDue();
    }
    onProgress(1 - 1 / (round + 2));
  }
  const groups: number[][] = [];
  for (const group of components.groups()) {
    groups.push(...(await verification.split(group)));
    await search.yielder.yieldIfDue();
  }
  return { groups, verification };
}

/** What is known of pairs of the searched pictures, by position. */
export class Verification {
  /** Pairs that a user joined. */
  readonly joined: readonly (readonly [number, number])[];
  /** The pairs of `joined` that a picture begins, by their places there. */
  readonly #joinedFrom = new Map<number, number[]>();
  /** What a user joined with each picture. */
  readonly #joinedWith = new Map<number, Set<number>>();
  readonly #context: DuplicateContext;
  readonly #search: DuplicateSearch;
  readonly #comparisons = new Comparisons();
  /** What each picture was compared with. */
  readonly #partners = new Map<number, Set<number>>();

  constructor(context: DuplicateContext, search: DuplicateSearch) {
    this.#context = context;
    this.#search = search;
    this.joined = joinedPairs(search);
    for (const [place, [a, b]] of this.joined.entries()) {
      const places = this.#joinedFrom.get(a);
      if (places) places.push(place);
      else this.#joinedFrom.set(a, [place]);
      this.#joinedWith.set(a, this.#joinedTo(a).add(b));
      this.#joinedWith.set(b, this.#joinedTo(b).add(a));
    }
  }

  async compare(pairs: readonly (readonly [number, number])[]): Promise<void> {
    const keys = pairs.map(([a, b]): ImagePair => [keyAt(this.#search, a), keyAt(this.#search, b)]);
    const { signal } = this.#search.request;
    const { yielder } = this.#search;
    const { comparisons } = await comparePairs(this.#context, keys, { signal });
    for (const [at, [first, second]] of keys.entries()) {
      this.#comparisons.copy(comparisons, first, second);
      const [a, b] = pairs[at] ?? [0, 0];
      this.#partners.set(a, this.partnersOf(a).add(b));
      this.#partners.set(b, this.partnersOf(b).add(a));
      await yielder.yieldIfDue();
    }
  }

  /** What this picture was compared with. */
  partnersOf(picture: number): Set<number> {
    return this.#partners.get(picture) ?? new Set();
  }

  resultOf(a: number, b: number): PictureComparison | undefined {
    return this.#comparisons.get(keyAt(this.#search, a), keyAt(this.#search, b));
  }

  isSame(a: number, b: number): boolean {
    return isSame(this.resultOf(a, b));
  }

  /**
   * Splits connected pictures where two of them cannot be the same picture: two memes that both match the template but for
   * their words, or a pair that a user marked as different.
   */
  async split(group: readonly number[]): Promise<number[][]> {
    const doubtful = group.length > 2 ? await this.#doubtful(group) : [];
    if (doubtful.length <= ALL_PAIRS)
      await this.compare(pairsOf(doubtful).filter(([a, b]) => !this.resultOf(a, b)));
    const inside = new Set(group);
    await this.compare(await this.#withThirds(inside));
    const pairs = await this.#pairsWithin(inside);
    const conflicts: (readonly [number, number])[] = [];
    for (const [a, b] of pairs) {
      if (this.#conflict(a, b, inside)) conflicts.push([a, b]);
      await this.#search.yielder.yieldIfDue();
    }
    const verdicts = this.#toldApart(group);
    if (conflicts.length + verdicts.length === 0) return [[...group]];
    const strengths: { readonly pair: readonly [number, number]; readonly strength: number }[] = [];
    for (const pair of pairs) {
      if (this.isSame(...pair)) strengths.push({ pair, strength: this.#strength(pair) });
      await this.#search.yielder.yieldIfDue();
    }
    strengths.sort((one, other) => other.strength - one.strength);
    const links = [...this.#joinedWithin(inside), ...strengths.map(({ pair }) => pair)];
    return divided(group, links, [...verdicts, ...conflicts], this.#search.yielder);
  }

  /** Pairs of a group that are the same picture, by pixels or by a user's verdict. */
  async relationsIn(group: readonly number[]): Promise<Relation[]> {
    const inside = new Set(group);
    const relations = this.#joinedWithin(inside).map((pair) => this.#relation(pair, true));
    for (const pair of await this.#pairsWithin(inside)) {
      if (this.isSame(...pair)) relations.push(this.#relation(pair, false));
      await this.#search.yielder.yieldIfDue();
    }
    return relations;
  }

  /** How each other version was made from the keeper or an intermediate version; by position. */
  async matches(group: readonly number[], keeper: number): Promise<Map<number, Match>> {
    const inside = new Set(group);
    const matches = new Map<number, Match>();
    for (const at of group) {
      if (at !== keeper) matches.set(at, this.#match(at, keeper, inside));
      await this.#search.yielder.yieldIfDue();
    }
    return matches;
  }

  /**
   * Those of a group that are the keeper's picture, or that of a copy of it; a chain of small steps from one picture to
   * another is cut.
   */
  async near(group: readonly number[], keeper: number): Promise<number[]> {
    const joined = this.#joinedTo(keeper);
    const direct = group.filter((at) => at === keeper || this.isSame(keeper, at) || joined.has(at));
    const reached = new Set(direct);
    for (const at of direct) {
      for (const next of this.#linkedTo(at)) reached.add(next);
      await this.#search.yielder.yieldIfDue();
    }
    return group.filter((at) => reached.has(at));
  }

  #linkedTo(position: number): number[] {
    return [
      ...this.#joinedTo(position),
      ...[...this.partnersOf(position)].filter((at) => this.isSame(position, at)),
    ];
  }

  /** Those of a group that are still connected without the others. */
  async connected(group: readonly number[]): Promise<number[][]> {
    const places = new Map(group.map((position, at) => [position, at]));
    const components = new Components(group.length);
    for (const [at, position] of group.entries()) {
      for (const linked of this.#linkedTo(position)) {
        const other = places.get(linked);
        if (other !== undefined) components.link(at, other);
      }
      await this.#search.yielder.yieldIfDue();
    }
    return components.groups().map((some) => some.flatMap((at) => group[at] ?? []));
  }

  #match(position: number, keeper: number, inside: ReadonlySet<number>): Match {
    const near = [...this.partnersOf(position)]
      .filter((at) => inside.has(at) && this.isSame(at, position))
      .sort(
        (a, b) => (this.resultOf(b, position)?.agreement ?? 0) - (this.resultOf(a, position)?.agreement ?? 0),
      );
    const reference = this.isSame(keeper, position) ? keeper : near[0];
    const isJoined =
      this.#joinedFrom.has(position) || [...this.#joinedTo(position)].some((at) => inside.has(at));
    if (reference === undefined || (isJoined && reference !== keeper)) {
      const measure = this.resultOf(keeper, position)?.agreement ?? 0;
      const reason = "verdict of a person";
      return { kind: "same", reference: idAt(this.#search, keeper), edits: [], reason, measure };
    }
    const { edits = [], agreement = 0 } = this.resultOf(reference, position) ?? {};
    const reason = inWords(edits);
    return { kind: "same", reference: idAt(this.#search, reference), edits, reason, measure: agreement };
  }

  #relation([a, b]: readonly [number, number], byVerdict: boolean): Relation {
    const { edits = [], agreement = 0 } = this.resultOf(a, b) ?? {};
    return { a: idAt(this.#search, a), b: idAt(this.#search, b), edits, measure: agreement, byVerdict };
  }

  /** Versions with something laid over each may differ in that from each other; what has a variant may have more. */
  async #doubtful(group: readonly number[]): Promise<number[]> {
    const doubtful = new Set<number>();
    for (const [a, b] of await this.#pairsWithin(new Set(group))) {
      const result = this.resultOf(a, b);
      const isVariant = result?.outcome === "variant";
      if (isVariant || hasOverlay(result, "reference")) doubtful.add(a);
      if (isVariant || hasOverlay(result, "member")) doubtful.add(b);
    }
    return group.filter((at) => doubtful.has(at));
  }

  /** Pictures that match one of two variants, with the other: they tell whether both are made from them. */
  async #withThirds(inside: ReadonlySet<number>): Promise<(readonly [number, number])[]> {
    const pairs: (readonly [number, number])[] = [];
    for (const [a, b] of await this.#pairsWithin(inside)) {
      if (this.resultOf(a, b)?.outcome !== "variant") continue;
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const matching = [...this.partnersOf(one)].filter((at) => inside.has(at) && this.isSame(at, one));
        const thirds = matching.filter((at) => at !== other).slice(0, MAX_THIRDS);
        for (const third of thirds) if (!this.resultOf(third, other)) pairs.push([third, other]);
      }
      await this.#search.yielder.yieldIfDue();
    }
    return pairs;
  }

  async #pairsWithin(inside: ReadonlySet<number>): Promise<(readonly [number, number])[]> {
    const pairs: (readonly [number, number])[] = [];
    for (const a of inside) {
      for (const b of this.partnersOf(a)) if (a < b && inside.has(b)) pairs.push([a, b]);
      await this.#search.yielder.yieldIfDue();
    }
    return pairs;
  }

  /** Pairs that a user joined and that begin in the group, in the order of `joined`. */
  #joinedWithin(inside: ReadonlySet<number>): (readonly [number, number])[] {
    if (this.joined.length === 0) return [];
    const places = [...inside].flatMap((at) => this.#joinedFrom.get(at) ?? []).sort((a, b) => a - b);
    return places.flatMap((place) => {
      const pair = this.joined[place];
      return pair ? [pair] : [];
    });
  }

  #joinedTo(picture: number): Set<number> {
    return this.#joinedWith.get(picture) ?? new Set();
  }

  /**
   * Variants are not the same picture, unless a third one matches both, and something was added to one of them at most, or
   * to each in another place of it: with other words in one place they are two memes.
   */
  #conflict(a: number, b: number, inside: ReadonlySet<number>): boolean {
    if (this.resultOf(a, b)?.outcome !== "variant") return false;
    const thirds = [...this.partnersOf(a)].filter((third) => inside.has(third) && third !== b);
    return !thirds.some((third) => {
      const results = [this.resultOf(third, a), this.resultOf(third, b)];
      if (!results.every(isSame)) return false;
      const added = results.map(({ edits }) => edits.filter(({ kind }) => ADDED.has(kind)));
      return added.some((some) => some.length === 0) || hasOverlay(this.resultOf(a, b)) || areApart(added);
    });
  }

  #toldApart(group: readonly number[]): (readonly [number, number])[] {
    const { verdicts } = this.#search;
    const places = new Map(group.map((at) => [idAt(this.#search, at), at]));
    return group.flatMap((a) =>
      [...verdicts.markedDifferent(idAt(this.#search, a))].flatMap((id) => {
        const b = places.get(id);
        return b !== undefined && a < b ? [[a, b] as const] : [];
      }),
    );
  }

  #strength([a, b]: readonly [number, number]): number {
    const result = this.resultOf(a, b);
    return (result?.agreement ?? 0) - (hasOverlay(result) ? 1 : 0);
  }
}

/** "framed, resized", of the member; "the other is cropped", where the reference was edited. */
function inWords(edits: readonly Edit[]): string {
  const own = edits.filter(({ of }) => of !== "reference").map(({ kind }) => kind);
  const others = edits.filter(({ of }) => of === "reference").map(({ kind }) => kind);
  const ofOther = others.length > 0 ? [`the other is ${others.join(", ")}`] : [];
  return [...(own.length > 0 ? [own.join(", ")] : []), ...ofOther].join("; ");
}

/** Edits by which a picture gets words. */
const ADDED: ReadonlySet<EditKind> = new Set(["watermarked", "text added", "framed"]);

/** Share of the cells of the smaller overlay that the larger may cover too. */
const SHARED_PLACES = 0.25;

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

function joinedPairs({ pictures, verdicts }: DuplicateSearch): (readonly [number, number])[] {
  const positions = new Map(pictures.map(({ id }, at) => [id, at]));
  return [...verdicts.samePairs()].flatMap(([a, b]) => {
    const [one, other] = [positions.get(a), positions.get(b)];
    return one === undefined || other === undefined ? [] : [[one, other] as const];
  });
}

const pairsOf = (group: readonly number[]) =>
  group.flatMap((a, at) => group.slice(at + 1).map((b) => [a, b] as const));

/** Joins along the links in order, skipping those that conflict with what is already joined. */
async function divided(
  group: readonly number[],
  links: readonly (readonly [number, number])[],
  conflicts: readonly (readonly [number, number])[],
  yielder: YieldController,
): Promise<number[][]> {
  const groups = new Map(group.map((at) => [at, new Set([at])]));
  const enemies = new Map<number, Set<number>>();
  for (const [a, b] of conflicts) {
    enemies.set(a, (enemies.get(a) ?? new Set()).add(b));
    enemies.set(b, (enemies.get(b) ?? new Set()).add(a));
  }
  for (const [a, b] of links) {
    const [one, other] = [groups.get(a), groups.get(b)];
    if (!one || !other || one === other) continue;
    const [small, large] = one.size < other.size ? [one, other] : [other, one];
    if (await areEnemies(small, large, enemies, yielder)) continue;
    for (const at of small) {
      large.add(at);
      groups.set(at, large);
      await yielder.yieldIfDue();
    }
  }
  return [...new Set(groups.values())]
    .filter(({ size }) => size > 1)
    .map((some) => [...some].sort((a, b) => a - b));
}

async function areEnemies(
  some: ReadonlySet<number>,
  others: ReadonlySet<number>,
  enemies: ReadonlyMap<number, ReadonlySet<number>>,
  yielder: YieldController,
): Promise<boolean> {
  for (const at of some) {
    for (const enemy of enemies.get(at) ?? []) if (others.has(enemy)) return true;
    await yielder.yieldIfDue();
  }
  return false;
}
