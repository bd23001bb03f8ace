import { Comparisons, comparePairs, type ImagePair, isSame } from "../comparison/picture-comparer.ts";
import type { PictureComparison } from "../ports.ts";
import type { Edit } from "../types.ts";
import { Components } from "./components.ts";
import {
  BY_VERDICT,
  type DuplicateContext,
  type DuplicateSearch,
  idAt,
  keyAt,
  type Match,
  pairsAt,
} from "./duplicate-context.ts";
import type { Relation, SameGroup } from "./same-group.ts";

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
    this.joined = pairsAt(search, "same");
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

  /** Pairs of a group that were compared, each with the lower position first. */
  async pairsWithin(inside: ReadonlySet<number>): Promise<(readonly [number, number])[]> {
    const pairs: (readonly [number, number])[] = [];
    for (const a of inside) {
      for (const b of this.partnersOf(a)) if (a < b && inside.has(b)) pairs.push([a, b]);
      await this.#search.yielder.yieldIfDue();
    }
    return pairs;
  }

  /** Pairs that a user joined and that begin in the group, in the order of `joined`. */
  joinedWithin(inside: ReadonlySet<number>): (readonly [number, number])[] {
    if (this.joined.length === 0) return [];
    const places = [...inside].flatMap((at) => this.#joinedFrom.get(at) ?? []).sort((a, b) => a - b);
    return places.flatMap((place) => {
      const pair = this.joined[place];
      return pair ? [pair] : [];
    });
  }

  /** Pairs of a group that are the same picture, by pixels or by a user's verdict, and those that by pixels are not. */
  async relationsIn(group: readonly number[]): Promise<Required<Omit<SameGroup, "images">>> {
    const inside = new Set(group);
    const relations = this.joinedWithin(inside).map((pair) => this.#relation(pair, true));
    const unlike: Pick<Relation, "a" | "b">[] = [];
    for (const [a, b] of await this.pairsWithin(inside)) {
      if (this.isSame(a, b)) relations.push(this.#relation([a, b], false));
      else if (this.resultOf(a, b)?.outcome !== "same")
        unlike.push({ a: idAt(this.#search, a), b: idAt(this.#search, b) });
      await this.#search.yielder.yieldIfDue();
    }
    return { relations, unlike };
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
      return { kind: "same", reference: idAt(this.#search, keeper), edits: [], reason: BY_VERDICT, measure };
    }
    const { edits = [], agreement = 0 } = this.resultOf(reference, position) ?? {};
    const reason = describeEdits(edits);
    return { kind: "same", reference: idAt(this.#search, reference), edits, reason, measure: agreement };
  }

  #relation([a, b]: readonly [number, number], byVerdict: boolean): Relation {
    const { edits = [], agreement = 0 } = this.resultOf(a, b) ?? {};
    return { a: idAt(this.#search, a), b: idAt(this.#search, b), edits, measure: agreement, byVerdict };
  }

  #joinedTo(picture: number): Set<number> {
    return this.#joinedWith.get(picture) ?? new Set();
  }
}

/** "framed, resized", of the member; "the other is cropped", where the reference was edited. */
function describeEdits(edits: readonly Edit[]): string {
  // Beside one with fewer pixels it is the larger one, whichever of the two was resized.
  const seen = edits.map(({ kind, of }) =>
    kind === "resized" && of === "reference" ? { word: "larger", of: "member" as const } : { word: kind, of },
  );
  const own = seen.filter(({ of }) => of !== "reference").map(({ word }) => word);
  const others = seen.filter(({ of }) => of === "reference").map(({ word }) => word);
  const ofOther = others.length > 0 ? [`the other is ${others.join(", ")}`] : [];
  return [...(own.length > 0 ? [own.join(", ")] : []), ...ofOther].join("; ");
}
