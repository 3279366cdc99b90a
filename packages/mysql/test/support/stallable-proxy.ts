import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can go silent without closing anything, as a dead network does. */
export interface StallableProxy {
  readonly addr: string;
  /** From now on nothing goes through, in either direction, old connections and new ones. */
  stall(): void;
  /** New connections work again; those from before stay silent. */
  resume(): void;
  close(): void;
}

export const openStallableProxy = async (port: number): Promise<StallableProxy> => {
  const sockets = new Set<Socket>();
  let stalled = false;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      if (stalled) socket.pause();
    }
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => client.write(chunk));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    if (stalled) for (const socket of [client, upstream]) socket.removeAllListeners('data');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    addr: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall() {
      stalled = true;
      for (const socket of sockets) socket.removeAllListeners('data').pause();
    },
    resume() {
      stalled = false;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
