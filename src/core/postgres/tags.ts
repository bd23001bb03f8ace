import { foldLabel } from "../fold-label.ts";
import type { ImageKey, TagStore } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageId, Scope, TagSummary } from "../types.ts";
import type { Connection, Session } from "./connection.ts";
import { lockedKeysOf, requireKey } from "./image-keys.ts";
import { isEverything } from "./scope-conditions.ts";
import { shownImages } from "./shown-images.ts";
import { nameTags } from "./texts.ts";
import { Values } from "./values.ts";

export function tagStore(db: Connection): TagStore {
  return {
    setFromModel: (tagged) => db.write((session) => setFromModel(session, tagged)),
    put: (id, tag) => db.write((session) => setSource(session, "user", id, tag)),
    reject: (id, tag) => db.write((session) => setSource(session, "rejected", id, tag)),
    summaries: (scope) => summaries(db, scope ?? ENTIRE_LIBRARY),
  };
}

async function setFromModel(
  session: Session,
  tagged: Parameters<TagStore["setFromModel"]>[0],
): Promise<void> {
  const images = [...new Set(tagged.map(({ key }) => key))];
  await session.rows("SELECT key FROM images WHERE key = ANY($1::bigint[]) ORDER BY key FOR NO KEY UPDATE", [
    images,
  ]);
  await session.run("DELETE FROM tags WHERE source = 'model' AND image = ANY($1::bigint[])", [images]);
  const rows = tagged.flatMap(({ key, tags }) => tags.map((tag) => ({ key, ...tag })));
  // An image erased meanwhile is skipped; a tag that a user set or rejected is kept.
  await session.run(
    `INSERT INTO tags (image, tag, folded, source, score) SELECT n.image, n.tag, n.folded, 'model', n.score
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::float8[]) AS n (image, tag, folded, score)
      JOIN images i ON i.key = n.image
    ON CONFLICT (image, tag) DO NOTHING`,
    [
      rows.map(({ key }) => key),
      rows.map(({ tag }) => tag),
      rows.map(({ tag }) => foldLabel(tag)),
      rows.map(({ score }) => score),
    ],
  );
}

async function setSource(
  session: Session,
  source: "user" | "rejected",
  id: ImageId,
  tag: string,
): Promise<void> {
  const key: ImageKey = requireKey(await lockedKeysOf(session, [id]), id);
  await session.run(
    `INSERT INTO tags (image, tag, folded, source, score) VALUES ($1, $2, $3, $4, 1)
    ON CONFLICT (image, tag) DO UPDATE SET source = excluded.source, score = 1`,
    [key, tag, foldLabel(tag), source],
  );
  await nameTags(session, key);
}

interface TallyRow {
  readonly tag: string;
  readonly source: "user" | "model";
  readonly images: number;
}

/** Most used first. */
async function summaries(db: Connection, scope: Scope): Promise<TagSummary[]> {
  const summed = new Map<string, TagSummary>();
  for (const { tag, source, images } of await tallies(db, scope)) {
    const { byPerson, byModel } = summed.get(tag) ?? { byPerson: 0, byModel: 0 };
    summed.set(
      tag,
      source === "user"
        ? { tag, byPerson: byPerson + images, byModel }
        : { tag, byPerson, byModel: byModel + images },
    );
  }
  const uses = ({ byPerson, byModel }: TagSummary) => byPerson + byModel;
  return [...summed.values()].filter((tag) => uses(tag) > 0).sort((a, b) => uses(b) - uses(a));
}

function tallies(db: Connection, scope: Scope): Promise<TallyRow[]> {
  if (isEverything(scope))
    return db.rows<TallyRow>(
      `SELECT split_part(name, ':', 2) AS source, substr(name, 1 + length('tag:' || split_part(name, ':', 2) || ':')) AS tag,
        sum(total)::bigint AS images
      FROM tallies WHERE name LIKE 'tag:user:%' OR name LIKE 'tag:model:%' GROUP BY name HAVING sum(total) > 0
      ORDER BY name COLLATE "C"`,
    );
  const values = new Values();
  return db.rows<TallyRow>(
    `SELECT t.tag, t.source, count(*) AS images FROM tags t WHERE t.source <> 'rejected'
      AND t.image IN (${shownImages(scope, values)}) GROUP BY t.tag, t.source ORDER BY t.tag COLLATE "C"`,
    values.list,
  );
}
