import type { Socket } from "node:net";

/**
 * Connections that have not shown the token yet. There are only so many: the one that has waited longest makes room
 * for the next, so that nobody without the token can keep a client out by holding connections open.
 */
export class Strangers {
  readonly #max: number;
  readonly #waiting = new Set<Socket>();

  constructor(max: number) {
    this.#max = max;
  }

  meet(socket: Socket): void {
    const [longest] = this.#waiting;
    if (this.#waiting.size >= this.#max) longest?.destroy();
    this.#waiting.add(socket);
    socket.once("close", () => this.#waiting.delete(socket));
  }

  /** The token was right: from here on it is a client's. */
  admit(socket: Socket): void {
    this.#waiting.delete(socket);
  }
}
