import type { ChildSpec } from '../process/child.ts';

export type StoreName = 'mysql' | 'redis-cache' | 'redis-queue' | 'nats';

/** Where a store came from, in the order in which they are looked for. */
export type StoreSource = 'environment' | 'docker' | 'private';

/** A store that answers, whoever runs it. */
export interface StoreInfo {
  readonly name: StoreName;
  readonly address: string;
  readonly source: StoreSource;
}

/** A server that this project runs for itself, data included. */
export interface PrivateServer {
  readonly child: ChildSpec;
  /** Makes the data folder when there is none; removes locks that a dead predecessor left. */
  prepare(): Promise<void>;
  /** One try; throws when it does not answer yet. */
  probe(): Promise<void>;
}

/** Loopback ports of the project's own instances. */
export interface StorePorts {
  readonly mysql: number;
  readonly redisCache: number;
  readonly redisQueue: number;
  readonly nats: number;
}
