import { columnsOf, makerOf, selectedBy } from "../catalog/mark-makers.ts";
import type { MarkSelector, MarkStore, RememberedAnswer } from "../ports.ts";
import type { ImageId, Mark } from "../types.ts";
import type { Connection, Session } from "./connection.ts";
import { scheduleVacuum } from "./erase.ts";
import { hexOf, keysOf, lockedKeysOf, requireKey } from "./image-keys.ts";

export function markStore(db: Connection): MarkStore {
  return {
    put: (mark) => db.write((session) => putMark(session, mark)),
    withdraw: (maker, question, id) =>
      db.write(async (session) => {
        const image = id === null ? 0 : ((await keysOf(session, [id])).get(id.toLowerCase()) ?? -1);
        const taken = await session.run(
          "DELETE FROM marks WHERE guild = $1 AND member = $2 AND question = $3 AND coalesce(image, 0) = $4",
          [...columnsOf(maker), question, image],
        );
        if (taken > 0) await scheduleVacuum(session);
        return taken > 0;
      }),
    list: (whose) => listMarks(db, whose),
    erase: (whose) => {
      const { column, value } = selectedBy(whose);
      return db.write(async (session) => {
        const erased = await session.run(`DELETE FROM marks WHERE ${column} = $1`, [value]);
        if (erased > 0) await scheduleVacuum(session);
        return erased;
      });
    },
    remember: (answer) => db.write((session) => remember(session, answer)),
    remembered: () => remembered(db),
  };
}

async function putMark(session: Session, { maker, question, id, isRight, at }: Mark): Promise<void> {
  const whose = [...columnsOf(maker), question];
  const image = id === null ? null : requireKey(await lockedKeysOf(session, [id]), id);
  if (isRight)
    await session.run(
      `DELETE FROM marks WHERE guild = $1 AND member = $2 AND question = $3 AND is_right
        AND (image IS NULL) <> ($4::bigint IS NULL)`,
      [...whose, image],
    );
  await session.run(
    `INSERT INTO marks (guild, member, question, image, is_right, at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (guild, member, question, (coalesce(image, 0)))
      DO UPDATE SET is_right = excluded.is_right, at = excluded.at`,
    [...whose, image, isRight, at],
  );
}

interface Row {
  readonly guild: string;
  readonly member: string;
  readonly question: string;
  readonly id: ImageId | null;
  readonly is_right: boolean;
  readonly at: number;
}

async function listMarks(db: Connection, whose: MarkSelector): Promise<Mark[]> {
  const { column, value } = selectedBy(whose);
  const rows = await db.rows<Row>(
    `SELECT m.guild, m.member, m.question, ${hexOf("i.id")} AS id, m.is_right, m.at
    FROM marks m LEFT JOIN images i ON i.key = m.image WHERE m.${column} = $1 ORDER BY m.at, m.id`,
    [value],
  );
  return rows.map(({ guild, member, question, id, is_right, at }) => ({
    maker: makerOf(guild, member),
    question,
    id,
    isRight: is_right,
    at,
  }));
}

async function remember(session: Session, { question, hits }: RememberedAnswer): Promise<void> {
  await session.run("DELETE FROM last_answer");
  await session.run(
    `INSERT INTO last_question (one, question) VALUES (1, $1)
    ON CONFLICT (one) DO UPDATE SET question = excluded.question`,
    [question],
  );
  const keys = await keysOf(session, [...hits.values()]);
  for (const [rank, id] of hits) {
    const key = keys.get(id.toLowerCase());
    if (key !== undefined)
      await session.run("INSERT INTO last_answer (rank, image) VALUES ($1, $2)", [rank, key]);
  }
}

async function remembered(db: Connection): Promise<RememberedAnswer | undefined> {
  const [last] = await db.rows<{ question: string }>("SELECT question FROM last_question");
  if (!last) return undefined;
  const rows = await db.rows<{ rank: number; id: ImageId }>(
    `SELECT a.rank, ${hexOf("i.id")} AS id FROM last_answer a JOIN images i ON i.key = a.image ORDER BY a.rank`,
  );
  return { question: last.question, hits: new Map(rows.map(({ rank, id }) => [rank, id])) };
}
