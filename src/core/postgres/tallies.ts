import type { Session } from "./connection.ts";

/** What is counted as it changes, by name. */
export async function readTallies(
  session: Pick<Session, "rows">,
  names: readonly string[],
): Promise<Partial<Record<string, number>>> {
  const rows = await session.rows<{ name: string; total: number }>(
    "SELECT name, sum(total)::bigint AS total FROM tallies WHERE name = ANY($1::text[]) GROUP BY name",
    [names],
  );
  return Object.fromEntries(rows.map(({ name, total }) => [name, total]));
}
