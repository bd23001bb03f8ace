import { randomBytes } from "node:crypto";
import { type DuplicateGroup, UsageError } from "../core/index.ts";

const KEPT_MS = 15 * 60 * 1000;
const MAX_KEPT = 16;

interface Kept {
  readonly question: string;
  /** Of the library when the search began. */
  readonly revision: string;
  readonly groups: readonly DuplicateGroup[];
  readonly at: number;
  /** Whether somebody has seen a page of it. */
  shown: boolean;
}

export interface DuplicatePage {
  readonly groups: readonly DuplicateGroup[];
  /** Number of the first group of this page, from 1. */
  readonly first: number;
  readonly total: number;
  /** Of all pages together. */
  readonly reclaimableBytes: number;
  readonly nextCursor: string | null;
}

/** Finished searches for duplicates, kept a while so that their pages agree with each other. */
export class DuplicatePages {
  readonly #kept = new Map<string, Kept>();

  /** Cursor of the first page. Only the same question may use it. */
  keep(question: string, revision: string, groups: readonly DuplicateGroup[]): string {
    this.#forget();
    const key = randomBytes(9).toString("base64url");
    this.#kept.set(key, { question, revision, groups, at: Date.now(), shown: false });
    return `${key}.0`;
  }

  /**
   * Cursor of a finished search for the same question in the same library. One that nobody has seen serves in a
   * changed library too: else a library that changes all the time would never be answered about.
   */
  kept(question: string, revision: string): string | undefined {
    this.#forget();
    const found = [...this.#kept].findLast(
      ([, kept]) => kept.question === question && (kept.revision === revision || !kept.shown),
    );
    return found && `${found[0]}.0`;
  }

  /** @throws UsageError for a cursor of another question, or an expired one */
  page(cursor: string, question: string, limit: number): DuplicatePage {
    const [key = "", offset = ""] = cursor.split(".");
    const kept = this.#kept.get(key);
    const start = Number(offset);
    if (kept?.question !== question || !/^\d{1,9}$/.test(offset)) {
      throw new UsageError(
        "This cursor has expired or belongs to another question. Call find_duplicates again without a cursor.",
      );
    }
    kept.shown = true;
    const { groups } = kept;
    return {
      groups: groups.slice(start, start + limit),
      first: start + 1,
      total: groups.length,
      reclaimableBytes: groups.reduce((sum, group) => sum + group.reclaimableBytes, 0),
      nextCursor: start + limit < groups.length ? `${key}.${start + limit}` : null,
    };
  }

  #forget(): void {
    const keys = [...this.#kept].filter(([, { at }], n) => {
      return Date.now() - at > KEPT_MS || n <= this.#kept.size - MAX_KEPT;
    });
    for (const [key] of keys) this.#kept.delete(key);
  }
}
