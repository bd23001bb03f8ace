import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { type DuplicateGroup, UsageError } from "../core/index.ts";

const TTL_MS = 15 * 60 * 1000;
const MAX_SEARCHES = 16;

interface FinishedSearch {
  /** Identifies the arguments that were searched with. */
  readonly key: string;
  /** Of the library when the search began. */
  readonly revision: string;
  readonly groups: readonly DuplicateGroup[];
  /** Whether any page of it was fetched. */
  fetched: boolean;
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

/** Finished searches for duplicates, cached so that their pages are consistent with each other. */
export class DuplicatePages {
  readonly #searches = new LRUCache<string, FinishedSearch>({ max: MAX_SEARCHES, ttl: TTL_MS });

  /** @returns the cursor of the first page, valid for the same key only */
  add(key: string, revision: string, groups: readonly DuplicateGroup[]): string {
    const id = randomBytes(9).toString("base64url");
    this.#searches.set(id, { key, revision, groups, fetched: false });
    return `${id}.0`;
  }

  /**
   * Cursor of a finished search with the same key in the same revision of the library. One that nobody has fetched
   * is returned for a changed library too: otherwise a library that changes all the time would never get an answer.
   */
  find(key: string, revision: string): string | undefined {
    const found = [...this.#searches.entries()].find(
      ([, search]) => search.key === key && (search.revision === revision || !search.fetched),
    );
    return found && `${found[0]}.0`;
  }

  /** @throws UsageError for a cursor of another search, or an expired one */
  page(cursor: string, key: string, limit: number): DuplicatePage {
    const [id = "", offset = ""] = cursor.split(".");
    const search = this.#searches.get(id);
    const start = Number(offset);
    if (search?.key !== key || !/^\d{1,9}$/.test(offset)) {
      throw new UsageError(
        "This cursor has expired or belongs to other arguments. Call find_duplicates again without a cursor.",
      );
    }
    search.fetched = true;
    const { groups } = search;
    return {
      groups: groups.slice(start, start + limit),
      first: start + 1,
      total: groups.length,
      reclaimableBytes: groups.reduce((sum, group) => sum + group.reclaimableBytes, 0),
      nextCursor: start + limit < groups.length ? `${id}.${start + limit}` : null,
    };
  }
}
