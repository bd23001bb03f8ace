import { randomBytes } from "node:crypto";
import type { StateStore } from "../ports.ts";
import type { ImageId, Timestamp } from "../types.ts";

/**
 * What is known of one file that is moved. "planned" and "returning" are written before the file is touched, "moved" after;
 * what is still one of them when nobody moves files was interrupted.
 */
export interface MovedFile {
  readonly from: string;
  readonly to: string;
  /** The host whose disk it is. */
  readonly host: string;
  readonly state: "planned" | "moved" | "returning";
  readonly id: ImageId;
  /** Size and time of the file, by which it is told from another one of its name. */
  readonly bytes: number;
  readonly modifiedAt: Timestamp;
  readonly at: Timestamp;
  /** Tags that people gave its image, which go with its last file. */
  readonly tags: readonly string[];
}

export interface JournalEntry extends MovedFile {
  /** In the journal. */
  readonly name: string;
  readonly batch: string;
}

const PREFIX = "moves/";

/** Newer batches sort after older ones. */
export const newBatch = (now: Timestamp = Date.now()): string =>
  `${now.toString(36).padStart(9, "0")}-${randomBytes(4).toString("hex")}`;

/** Files that were moved out of added folders, kept in the catalog until the move is undone or forgotten. */
export class MoveJournal {
  readonly #state: StateStore;

  constructor(state: StateStore) {
    this.#state = state;
  }

  /** Durable when it resolves. */
  async plan(batch: string, position: number, file: Omit<MovedFile, "state">): Promise<JournalEntry> {
    const name = `${PREFIX}${batch}/${String(position).padStart(6, "0")}`;
    return this.#write({ ...file, state: "planned", name, batch });
  }

  returning(entry: JournalEntry): Promise<JournalEntry> {
    return this.#write({ ...entry, state: "returning" });
  }

  done(entry: JournalEntry): Promise<JournalEntry> {
    return this.#write({ ...entry, state: "moved" });
  }

  forget({ name }: JournalEntry): Promise<void> {
    return this.#state.set(name, undefined);
  }

  /** In the order in which they were moved. */
  async entries(batch = ""): Promise<JournalEntry[]> {
    const stored = await this.#state.list(PREFIX + (batch === "" ? "" : `${batch}/`));
    return [...stored]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({
        ...(JSON.parse(value) as MovedFile),
        name,
        batch: name.slice(PREFIX.length).split("/")[0] ?? "",
      }));
  }

  async #write(entry: JournalEntry): Promise<JournalEntry> {
    const { name, batch: _, ...file } = entry;
    await this.#state.set(name, JSON.stringify(file));
    return entry;
  }
}
