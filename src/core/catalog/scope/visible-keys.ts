import type { Scope } from "../../types.ts";
import { YieldController } from "../../yield-controller.ts";
import type { Connection } from "../connection/connection.ts";
import { totals } from "./counts.ts";
import type { KeyBits } from "./key-set.ts";
import { keysInScope } from "./keys-in-scope.ts";
import { isEverything } from "./scope-query.ts";

/** A bit for each image of the library: 125 kB at a million. */
const SCOPES_KEPT = 8;

/** The same scopes are requested repeatedly: the latest few are cached until something they depend on changes. */
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
    // Read in slices: if the catalog changed meanwhile, the set may match neither the old nor the new state.
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

  /** Counts writes that may change a scope's images, by any process. */
  #step(): Promise<number> {
    return this.#db.read(() =>
      Number(this.#db.statement("SELECT total FROM tallies WHERE name = 'visibility'").pluck().get()),
    );
  }
}
