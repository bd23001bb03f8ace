import type { YieldController } from "../yield-controller.ts";

/**
 * Joins along the links in order, skipping those that would bring the two of a conflict together.
 * @returns parts of more than one, by position
 */
export async function divideGroup(
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
