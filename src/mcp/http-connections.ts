import type { Socket } from "node:net";

/**
 * Connections that have not sent the token yet. Beyond `max` the oldest is closed to make room, so that nobody
 * without the token can lock clients out by holding connections open.
 */
export class UnauthenticatedConnections {
  readonly #max: number;
  readonly #sockets = new Set<Socket>();

  constructor(max: number) {
    this.#max = max;
  }

  add(socket: Socket): void {
    const [oldest] = this.#sockets;
    if (this.#sockets.size >= this.#max) oldest?.destroy();
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  /** To be called once the socket has sent the right token: it no longer counts. */
  remove(socket: Socket): void {
    this.#sockets.delete(socket);
  }
}
