import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer, connect } from 'node:net';

/** Who listens on a port, as far as this user may know. */
export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

/** Entries of /proc vanish with their process and may belong to others: then there is nothing to read. */
const readOr = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

/** Inodes of sockets that listen on this port (state 0A), from the kernel's tables. */
const listeningInodes = (port: number): Set<string> => {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readOr(() => readFileSync(file, 'utf8'), '')
      .split('\n')
      .slice(1)) {
      const fields = line.trim().split(/\s+/);
      const inode = fields[9];
      if (fields[3] === '0A' && fields[1]?.endsWith(`:${hexPort}`) === true && inode !== undefined)
        inodes.add(inode);
    }
  }
  return inodes;
};

const holdsOneOf = (pid: string, inodes: ReadonlySet<string>): boolean => {
  return readOr(() => readdirSync(`/proc/${pid}/fd`), []).some((link) => {
    const target = readOr(() => readlinkSync(`/proc/${pid}/fd/${link}`), '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    return inode !== undefined && inodes.has(inode);
  });
};

/** The command line of a process, or an empty string. */
export const commandOf = (pid: number): string =>
  readOr(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '')
    .replaceAll('\0', ' ')
    .trim();

/** `undefined` when nobody listens there, or it belongs to a user whose processes we may not see. */
export const portOwner = (port: number): PortOwner | undefined => {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const pid = readdirSync('/proc').find(
    (entry) => /^\d+$/.test(entry) && holdsOneOf(entry, inodes),
  );
  return pid === undefined ? undefined : { pid: Number(pid), command: commandOf(Number(pid)) };
};

/** True when somebody accepts connections there. */
export const isListening = (port: number, host = '127.0.0.1', timeoutMs = 500): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host, timeout: timeoutMs });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true));
    socket.once('error', end(false));
    socket.once('timeout', end(false));
  });

/** A port nobody uses at this moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });
