import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDir, findBinary } from '../paths.ts';
import { CommandError } from '../say.ts';
import { pingNats } from './probe.ts';
import type { PrivateServer } from './types.ts';

export interface NatsServerOptions {
  readonly name: string;
  readonly dataDir: string;
  readonly port: number;
}

/**
 * A request body may have 1 MiB and travels inside a packet with headers, as base64 when it is
 * raw: NATS' own limit of 1 MB would refuse it. Same number in deploy/nats/nats.conf.
 */
export const NATS_PAYLOAD_BYTES_MAX = 4 * 1024 * 1024;

const settings = (dataDir: string, port: number): string => `# Written at every start.
listen: "127.0.0.1:${port}"
max_payload: ${NATS_PAYLOAD_BYTES_MAX}
jetstream {
  store_dir: ${JSON.stringify(dataDir)}
  max_memory_store: 64MB
  max_file_store: 4GB
}
`;

/** A private NATS with JetStream on a loopback port of its own. */
export const natsServer = ({ name, dataDir, port }: NatsServerOptions): PrivateServer => {
  const command = findBinary('nats-server');
  if (command === undefined) throw new CommandError('nats-server is not installed');
  const file = join(dataDir, 'nats.conf');
  return {
    child: {
      name,
      role: 'store',
      command,
      args: ['-c', file],
      cwd: ensureDir(dataDir),
      env: process.env,
      where: `127.0.0.1:${port}`,
      stopTimeoutMs: 10_000,
    },
    async prepare() {
      writeFileSync(join(ensureDir(dataDir), 'nats.conf'), settings(dataDir, port));
      await Promise.resolve();
    },
    probe: () => pingNats(`nats://127.0.0.1:${port}`),
  };
};
