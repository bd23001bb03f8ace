import type { Task } from "../../ports.ts";
import type { WorkStatus } from "../../types.ts";
import type { Connection } from "../connection.ts";
import { liveWorkers } from "./workers.ts";

export async function workStatus(db: Connection): Promise<WorkStatus> {
  const rows = await db.rows<{
    kind: Task["kind"];
    waiting: number;
    active: number;
    givenUp: number;
    oldest: number | null;
  }>(
    `SELECT kind, count(*) FILTER (WHERE job IS NOT NULL AND worker IS NULL) AS waiting,
      count(*) FILTER (WHERE worker IS NOT NULL) AS active, count(*) FILTER (WHERE job IS NULL) AS "givenUp",
      extract(epoch FROM clock_timestamp() - min(since) FILTER (WHERE job IS NOT NULL))::float8 AS oldest
    FROM work GROUP BY kind`,
  );
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
  const waiting = (kind: Task["kind"]) => rows.find((row) => row.kind === kind)?.waiting ?? 0;
  const ages = rows.flatMap(({ oldest }) => oldest ?? []);
  return {
    workers: await liveWorkers(db),
    waiting: {
      file: waiting("file"),
      post: waiting("post"),
      text: waiting("text"),
      vector: waiting("vector"),
    },
    active: sum(({ active }) => active),
    givenUp: sum(({ givenUp }) => givenUp),
    oldest: ages.length === 0 ? null : Math.max(...ages),
  };
}
