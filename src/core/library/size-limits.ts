import type { Embedder, StateStore } from "../ports.ts";
import { digestOfPath } from "./removal-notices.ts";

/** The limits of size by which the files of a root were last read: what was too large then may not be any more. */
export class SizeLimits {
  readonly #state: Pick<StateStore, "get" | "set">;
  readonly #now: readonly number[];

  constructor(state: Pick<StateStore, "get" | "set">, { maxBytes, maxMemory = maxBytes }: Embedder) {
    this.#state = state;
    this.#now = [maxBytes, maxMemory];
  }

  /** Whether any of them is higher now, or nobody knows what they were. */
  async haveGrown(root: string): Promise<boolean> {
    const before = (await this.#state.get(nameOf(root)))?.split(" ").map(Number) ?? [];
    return this.#now.some((limit, at) => limit > (before[at] ?? 0));
  }

  async remember(root: string): Promise<void> {
    await this.#state.set(nameOf(root), this.#now.join(" "));
  }
}

/** No path stays behind when the root is removed. */
const nameOf = (root: string) => `size limits ${digestOfPath(root)}`;
