import type { Clock, Ids } from '@app/kernel';
import type { ServiceBroker, ServiceSchema } from 'moleculer';
import type { ActionCaller, Dispatch, HintSender } from '../actions/types.ts';
import type { Environment } from '../config/keys.ts';
import type { FactBus } from '../facts/index.ts';
import type { Logger } from '../logging/logger.ts';
import type { NatsLink } from './nats-link.ts';

/** Something that starts and stops with the process: a pool, a worker, a server. */
export interface Part {
  readonly name: string;
  /** Resolves when it works. */
  start(): Promise<void>;
  /** Finishes what it has taken, takes nothing new, lets go of everything. Idempotent. */
  stop(): Promise<void>;
  /** Readiness: rejects with what is wrong. Has a second. */
  check?(): Promise<void>;
}

/** A service: what `createApp` makes and a host runs. */
export interface App {
  readonly name: string;
  readonly schemas: readonly ServiceSchema[];
  /** Started before the service can be called, stopped after its last answer. */
  readonly stores: readonly Part[];
  /** Started after the service can be called, stopped before its stores. */
  readonly workers: readonly Part[];
}

export interface PartReport {
  readonly name: string;
  readonly ok: boolean;
  /** What is wrong, without secrets. */
  readonly reason?: string;
}

export interface ReadinessReport {
  readonly ok: boolean;
  readonly parts: readonly PartReport[];
}

/** One process on the bus, carrying one or more apps. */
export interface Host {
  readonly nodeId: string;
  /** The process: a service's name, or `single`. */
  readonly name: string;
  readonly env: Environment;
  readonly namespace: string;
  readonly broker: ServiceBroker;
  readonly link: NatsLink;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly facts: FactBus;
  readonly call: ActionCaller;
  readonly dispatch: Dispatch;
  readonly hint: HintSender;
  /** Before `start`. */
  add(app: App): void;
  /** Stores, then facts, then the bus, then workers. A failure stops what was started and rejects. */
  start(): Promise<void>;
  /**
   * Leaves the registry, finishes what was taken, then lets go of everything, within
   * `STOP_TIMEOUT_MS`. Idempotent; never rejects.
   */
  stop(): Promise<void>;
  readiness(): Promise<ReadinessReport>;
}
