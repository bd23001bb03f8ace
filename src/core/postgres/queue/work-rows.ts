import type { CatalogImage, ImageKey, Job, Route, Task } from "../../ports.ts";
import type { DiscordPlacement, FilePlacement, Timestamp } from "../../types.ts";
import type { Connection, Session } from "../connection.ts";
import { readImages } from "../image-rows.ts";

/** What is to be done; of the columns that say on what, those of its kind are set. */
export interface WorkRow {
  readonly id: number;
  readonly kind: Task["kind"];
  readonly route: Route;
  /** How often it was taken. */
  readonly attempts: number;
  /** The job of pg-boss by which it is given out. */
  readonly job: string;
  /** Where that job is: the route's own queue, or the one for jobs that are given out alone. */
  readonly queue: string;
  readonly rootPath: string | null;
  readonly path: string | null;
  readonly bytes: number | null;
  readonly modifiedAt: Timestamp | null;
  readonly changedAt: Timestamp | null;
  readonly image: ImageKey | null;
  readonly model: string | null;
  readonly space: string | null;
  readonly guild: string | null;
  readonly channel: string | null;
  readonly parent: string | null;
  readonly message: string | null;
  readonly attachment: string | null;
  readonly author: string | null;
  readonly filename: string | null;
  readonly postedAt: Timestamp | null;
  readonly spoiler: boolean | null;
  readonly ageRestricted: boolean | null;
  readonly caption: string | null;
}

/** The columns of a `WorkRow`, of the row `w` of `work`. */
export const WORK_COLUMNS = `w.id, w.kind, w.route, w.attempts, w.job, w.queue,
  (SELECT r.path FROM roots r WHERE r.id = w.root) AS "rootPath",
  w.path, w.bytes, w.modified_at AS "modifiedAt", w.changed_at AS "changedAt", w.image, w.model, w.space, w.guild, w.channel,
  w.parent, w.message, w.attachment, w.author, w.filename, w.posted_at AS "postedAt", w.spoiler,
  w.age_restricted AS "ageRestricted", w.caption`;

/** The queue of jobs that are given out one at a time, to a worker that does nothing else meanwhile. */
export const singleItemQueue = (route: Route) => `${route}!`;

/** Those of these rows that the worker holds; until the transaction ends, nobody takes them away from it. */
export function lockHeldRows(session: Session, worker: string, ids: readonly number[]): Promise<WorkRow[]> {
  return session.rows<WorkRow>(
    `SELECT ${WORK_COLUMNS} FROM work w WHERE w.id = ANY($1::bigint[]) AND w.worker = $2 ORDER BY w.id FOR UPDATE`,
    [ids, worker],
  );
}

export async function jobsOf(db: Connection, rows: readonly WorkRow[]): Promise<Job[]> {
  const images = await readImages(
    db,
    rows.flatMap(({ image }) => image ?? []),
  );
  const byKey = new Map(images.map((image) => [image.key, image]));
  return rows.flatMap((row) => {
    const { id, route, queue } = row;
    const task = taskOf(row, byKey);
    // An image that was erased since took its row along.
    return task ? [{ id, route, isAlone: queue !== route, task }] : [];
  });
}

function taskOf(row: WorkRow, images: ReadonlyMap<ImageKey, CatalogImage>): Task | undefined {
  const image = images.get(row.image ?? 0);
  switch (row.kind) {
    case "file":
      return { kind: "file", placement: fileOf(row) };
    case "post":
      return { kind: "post", placement: postOf(row) };
    case "text":
      return image && { kind: "text", image };
    case "vector":
      return image && { kind: "vector", image, model: row.model ?? "", space: row.space ?? "" };
  }
}

export const fileOf = ({ rootPath, path, bytes, modifiedAt, changedAt }: WorkRow): FilePlacement => ({
  kind: "file",
  root: rootPath ?? "",
  path: path ?? "",
  bytes: bytes ?? 0,
  modifiedAt: modifiedAt ?? 0,
  ...(changedAt !== null && { changedAt }),
  online: true,
});

const postOf = (row: WorkRow): DiscordPlacement => ({
  kind: "discord",
  guildId: row.guild ?? "",
  channelId: row.channel ?? "",
  ...(row.parent !== null && { parentId: row.parent }),
  messageId: row.message ?? "",
  attachmentId: row.attachment ?? "",
  authorId: row.author ?? "",
  filename: row.filename ?? "",
  postedAt: row.postedAt ?? 0,
  spoiler: row.spoiler ?? false,
  ageRestricted: row.ageRestricted ?? false,
  ...(row.caption !== null && { caption: row.caption }),
});
