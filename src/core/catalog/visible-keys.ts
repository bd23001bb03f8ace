import type { Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { totals } from "./counts.ts";
import type { KeyBits } from "./key-set.ts";
import { keysInScope } from "./keys-in-scope.ts";
import { isEverything } from "./scope-query.ts";

/** A bit for each image of the library: 125 kB at a million. */
const SCOPES_KEPT = 8;

/** Scopes are asked for again and again: the latest few are kept for as long as nothing they depend on has changed. */
export class VisibleKeys {
  readonly #db: Connection;
  readonly #kept = new Map<string, { readonly step: number; readonly keys: KeyBits }>();

  constructor(db: Connection) {
    this.#db = db;
  }

  /** Undefined when it is every image there is. */
  async unlessAll(scope: Scope): Promise<KeyBits | undefined> {
    return isEverything(scope) ? undefined : this.of(scope);
  }

  async count(scope: Scope): Promise<number> {
    if (!isEverything(scope)) return (await this.of(scope)).size;
    return this.#db.read(() => totals(this.#db).images);
  }

  async of(scope: Scope): Promise<KeyBits> {
    const name = JSON.stringify(scope);
    const step = await this.#step();
    const known = this.#kept.get(name);
    if (known?.step === step) return known.keys;
    const keys = await keysInScope(this.#db, scope, new YieldController());
    this.#kept.delete(name);
    // Read in slices: of a catalog that changed meanwhile it may be neither the one before nor the one after.
    if ((await this.#step()) === step) this.#keep(name, { step, keys });
    return keys;
  }

  #keep(name: string, known: { readonly step: number; readonly keys: KeyBits }): void {
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < SCOPES_KEPT) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(name, known);
  }

  /** Counts what may change a scope's images, by whatever process. */
  #step(): Promise<number> {
    return this.#db.read(() =>
      Number(this.#db.statement("SELECT total FROM tallies WHERE name = 'visibility'").pluck().get()),
    );
  }
}
