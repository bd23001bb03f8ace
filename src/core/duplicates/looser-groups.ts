import type { DuplicateKind } from "../types.ts";
import type { YieldController } from "../yield-controller.ts";
import { Components } from "./components.ts";
import { type DuplicateSearch, idAt, pairsAt } from "./duplicate-context.ts";
import type { Verification } from "./verification.ts";

/** Two pictures, by position, that are not the same picture but share a template or a scene. */
export interface LooserPair {
  readonly a: number;
  readonly b: number;
  readonly kind: Extract<DuplicateKind, "variant" | "similar">;
  readonly measure: number;
  readonly byVerdict?: boolean | undefined;
}

/** A picture of a looser group, and how it relates to one before it; the first relates to none. */
export interface LooserMember {
  readonly position: number;
  readonly to?: Omit<LooserPair, "a" | "b"> & { readonly position: number };
}

export async function variantPairs(
  search: DuplicateSearch,
  verification: Verification,
): Promise<LooserPair[]> {
  const pairs: LooserPair[] = pairsAt(search, "variant").map(([a, b]) => {
    const measure = verification.resultOf(a, b)?.agreement ?? 0;
    return { a, b, kind: "variant", measure, byVerdict: true };
  });
  for (let a = 0; a < search.pictures.length; a++) {
    for (const b of verification.partnersOf(a)) {
      const result = a < b ? verification.resultOf(a, b) : undefined;
      if (!result || (result.outcome !== "variant" && !(result.outcome === "same" && result.inDoubt)))
        continue;
      pairs.push({ a, b, kind: "variant", measure: result.agreement });
    }
    await search.yielder.yieldIfDue();
  }
  return pairs;
}

/**
 * Connects pictures by such pairs; copies of one picture are represented by their keeper. Each picture is described by the
 * pair that brought it in, starting at the lowest position.
 */
export async function looserGroups(
  search: DuplicateSearch,
  kept: readonly { readonly positions: readonly number[]; readonly keeper: number }[],
  pairs: readonly LooserPair[],
): Promise<LooserMember[][]> {
  const keepers = new Map(
    kept.flatMap(({ positions, keeper }) => positions.map((at) => [at, keeper] as const)),
  );
  const keeperOf = (position: number) => keepers.get(position) ?? position;
  const links = new Map<number, Link[]>();
  const components = new Components(search.pictures.length);
  for (const pair of pairs) {
    const [a, b] = [keeperOf(pair.a), keeperOf(pair.b)];
    if (a === b || search.verdicts.of(idAt(search, a), idAt(search, b)) === "different") continue;
    components.link(a, b);
    addLink(links, a, { to: b, pair });
    addLink(links, b, { to: a, pair });
    await search.yielder.yieldIfDue();
  }
  const groups: LooserMember[][] = [];
  for (const group of components.groups()) groups.push(await walked(group, links, search.yielder));
  return groups;
}

interface Link {
  readonly to: number;
  readonly pair: LooserPair;
}

function addLink(links: Map<number, Link[]>, from: number, link: Link): void {
  const known = links.get(from);
  if (known) known.push(link);
  else links.set(from, [link]);
}

/** Everything reached from the first, by the strictest and strongest links of each. */
async function walked(
  group: readonly number[],
  links: ReadonlyMap<number, readonly Link[]>,
  yielder: YieldController,
): Promise<LooserMember[]> {
  const [first = 0] = group;
  const members: LooserMember[] = [{ position: first }];
  const reached = new Set([first]);
  for (const { position } of members) {
    const near = [...(links.get(position) ?? [])].sort(
      (one, other) => rank(one.pair) - rank(other.pair) || other.pair.measure - one.pair.measure,
    );
    for (const { to, pair } of near) {
      if (reached.has(to)) continue;
      reached.add(to);
      const { kind, measure, byVerdict } = pair;
      members.push({ position: to, to: { position, kind, measure, byVerdict } });
    }
    await yielder.yieldIfDue();
  }
  return members;
}

const rank = ({ kind }: LooserPair) => (kind === "variant" ? 0 : 1);
