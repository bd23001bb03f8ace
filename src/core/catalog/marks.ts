import type { MarkSelector, MarkStore, RememberedAnswer } from "../ports.ts";
import type { ImageId, Mark } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection/connection.ts";
import { eraseInPlace } from "./erase.ts";
import { findKey, requireKey } from "./image-keys.ts";
import { columnsOf, makerOf, selectedBy } from "./mark-makers.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";

export function markStore(db: Connection): MarkStore {
  return {
    put: (mark) => db.write(() => putMark(db, mark)),
    withdraw: async (maker, question, id) => {
      let taken = 0;
      await eraseInPlace(db, () => {
        const image = id === null ? 0 : (findKey(db, id) ?? -1);
        taken = db
          .statement(
            "DELETE FROM marks WHERE guild = ? AND member = ? AND question = ? AND coalesce(image, 0) = ?",
          )
          .run(...columnsOf(maker), question, image).changes;
        return taken;
      });
      return taken > 0;
    },
    list: (whose) => listMarks(db, whose),
    erase: async (whose) => {
      let erased = 0;
      await eraseInPlace(db, () => {
        const { column, value } = selectedBy(whose);
        erased = db.statement(`DELETE FROM marks WHERE ${column} = ?`).run(value).changes;
        return erased;
      });
      return erased;
    },
    remember: (answer) => db.write(() => remember(db, answer)),
    remembered: () => db.read(() => remembered(db)),
  };
}

function putMark(db: Connection, { maker, question, id, isRight, at }: Mark): void {
  const [guild, member] = columnsOf(maker);
  const image = id === null ? null : requireKey(db, id);
  if (isRight)
    db.statement(
      `DELETE FROM marks WHERE guild = @guild AND member = @member AND question = @question
        AND is_right = 1 AND (image IS NULL) <> (@image IS NULL)`,
    ).run({ guild, member, question, image });
  db.statement(
    `INSERT INTO marks (guild, member, question, image, is_right, at)
      VALUES (@guild, @member, @question, @image, @isRight, @at)
    ON CONFLICT (guild, member, question, coalesce(image, 0))
      DO UPDATE SET is_right = excluded.is_right, at = excluded.at`,
  ).run({ guild, member, question, image, isRight: isRight ? 1 : 0, at });
}

type Row = [guild: string, member: string, question: string, id: ImageId | null, isRight: number, at: number];

async function listMarks(db: Connection, whose: MarkSelector): Promise<Mark[]> {
  const { column, value } = selectedBy(whose);
  const range: RowRange = {
    from: "marks m",
    prefix: `m.${column} = @value`,
    order: ["m.id"],
    parameters: { value },
  };
  const columns = [
    "m.guild",
    "m.member",
    "m.question",
    "(SELECT lower(hex(i.id)) FROM images i WHERE i.key = m.image)",
    "m.is_right",
    "m.at",
  ];
  const marks: Mark[] = [];
  for await (const rows of slices<Row>(db, range, { columns, yielder: new YieldController() }))
    marks.push(
      ...rows.map(([guild, member, question, id, isRight, at]) => ({
        maker: makerOf(guild, member),
        question,
        id,
        isRight: isRight === 1,
        at,
      })),
    );
  return marks.sort((a, b) => a.at - b.at);
}

function remember(db: Connection, { question, hits }: RememberedAnswer): void {
  db.statement("DELETE FROM last_answer").run();
  db.statement("INSERT OR REPLACE INTO last_question (one, question) VALUES (1, ?)").run(question);
  const insert = db.statement("INSERT INTO last_answer (rank, image) VALUES (?, ?)");
  for (const [rank, id] of hits) {
    const key = findKey(db, id);
    if (key !== undefined) insert.run(rank, key);
  }
}

function remembered(db: Connection): RememberedAnswer | undefined {
  const question = db.statement<string>("SELECT question FROM last_question").pluck().get();
  if (question === undefined) return undefined;
  const rows = db.statement<[number, ImageId]>(
    "SELECT a.rank, lower(hex(i.id)) FROM last_answer a JOIN images i ON i.key = a.image ORDER BY a.rank",
  );
  return { question, hits: new Map(rows.raw().all() as [number, ImageId][]) };
}
