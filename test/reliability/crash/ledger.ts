import { sep } from "node:path";
import type { ImageId } from "../../../src/core/types.ts";
import type { WriteMessage } from "./write-message.ts";

type Begun = Extract<WriteMessage, { begin: number }>;

/** What a library must still hold, given every write it acknowledged, across any number of killed processes. */
export class Ledger {
  /** Image by place, for acknowledged placements that have not been touched since. */
  readonly placed = new Map<string, ImageId>();
  /** Places whose removal was acknowledged and that have not been added again. */
  readonly gone = new Set<string>();
  /** Places that were, or may have been, removed at any time. */
  readonly removedOnce = new Set<string>();
  /** The last acknowledged value of each cursor; undefined while it is unknown whether a write took effect. */
  readonly cursors = new Map<string, string | undefined>();
  acknowledged = 0;
  #open = new Map<number, Begun>();

  record(message: WriteMessage): void {
    if ("begin" in message) this.#begin(message);
    else if ("end" in message) this.#end(message.end);
  }

  /** The process is dead: a write it began but did not finish may or may not have taken effect. */
  processDied(): void {
    this.#open = new Map();
  }

  #begin(write: Begun): void {
    this.#open.set(write.begin, write);
    for (const [place] of write.put) this.#touch(place);
    for (const place of this.#placesGone(write)) {
      this.#touch(place);
      this.removedOnce.add(place);
    }
    if (write.cursor !== undefined) this.cursors.set(nameIn(write.cursor), undefined);
  }

  #end(number: number): void {
    const write = this.#open.get(number);
    if (!write) return;
    this.#open.delete(number);
    this.acknowledged += 1;
    for (const [place, id] of write.put) this.placed.set(place, id);
    for (const place of [...write.gone, ...this.#removedWith(write)]) {
      this.placed.delete(place);
      this.gone.add(place);
    }
    if (write.cursor !== undefined) this.cursors.set(nameIn(write.cursor), valueIn(write.cursor));
  }

  /** Neither required nor forbidden until the write is acknowledged. */
  #touch(place: string): void {
    this.placed.delete(place);
    this.gone.delete(place);
  }

  #placesGone(write: Begun): string[] {
    const removed = [...this.placed].filter(
      ([place, id]) =>
        write.goneIds.includes(id) ||
        (write.goneRoot !== undefined && place.startsWith(write.goneRoot + sep)),
    );
    const places = removed.map(([place]) => place);
    this.#taken.set(write.begin, places);
    return [...write.gone, ...places];
  }

  readonly #taken = new Map<number, readonly string[]>();

  #removedWith(write: Begun): readonly string[] {
    const places = this.#taken.get(write.begin) ?? [];
    this.#taken.delete(write.begin);
    return places;
  }
}

const nameIn = (cursor: string) => cursor.slice(0, cursor.indexOf("="));
const valueIn = (cursor: string) => cursor.slice(cursor.indexOf("=") + 1);
