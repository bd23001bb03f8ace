import { connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that can be cut: what is sent meanwhile arrives later, as on a network that comes back. */
export interface CuttableNetwork {
  /** The server's address, by this way. */
  readonly address: string;
  cut(): void;
  mend(): void;
  close(): void;
}

export async function cuttableNetwork(address: string): Promise<CuttableNetwork> {
  const target = new URL(address);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((here) => {
    const there = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one
        .on("error", () => other.destroy())
        .on("close", () => {
          sockets.delete(one);
          other.destroy();
        });
      if (isCut) one.pause();
    }
  });
  const port = await listening(server);
  const through = new URL(address);
  through.port = String(port);
  through.hostname = "127.0.0.1";
  return {
    address: through.href,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    mend: () => {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const at = server.address();
      resolve(typeof at === "object" && at !== null ? at.port : 0);
    });
  });
