import type { Backoff } from '@app/kernel';

/** A state change that others must know, on its way from an outbox to its consumers. */
export interface FactMessage {
  /** The event id: message id for de-duplication and the key of every consumer's inbox. */
  readonly id: string;
  /** `<service>.<factInPastTense>`, for example `user.registered`. */
  readonly name: string;
  readonly payload: unknown;
  readonly occurredAtMs: number;
  /** W3C trace context of whoever caused the fact; consumers join that trace. */
  readonly traceparent?: string;
  readonly requestId?: string;
}

/** A fact as a handler sees it. */
export type FactDelivery = FactMessage & {
  /** 1 for the first delivery; a delivery that died with its process counts as well. */
  readonly attempt: number;
};

/** What starts and stops with the process. */
export interface FactPart {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Rejects with what is wrong when it could not work right now. */
  check(): Promise<void>;
}

export interface FactConsumerOptions {
  /**
   * Name of the durable consumer, `<service>-<fact in kebab>`: letters, digits, `-` and `_`. All
   * instances of a service use the same name and share the deliveries.
   */
  readonly consumer: string;
  /** The fact's name, for example `user.registered`. */
  readonly fact: string;
  /** Resolves when the effect is committed; may run more than once for the same fact. */
  readonly handle: (delivery: FactDelivery) => Promise<void>;
  /** After this many failed deliveries the fact goes to the dead letters. Default 10. */
  readonly attemptsMax?: number;
  /**
   * After this many deliveries that nobody answered the fact goes to the dead letters: it kills its
   * process. Far above `attemptsMax`, because a service that dies for other reasons takes along
   * whatever it has in hand, and those facts must survive its crash loop. Default 100.
   */
  readonly crashesMax?: number;
  /** Pauses between the deliveries of a fact that failed. Default 1 s doubling to 60 s, full jitter. */
  readonly backoff?: Pick<Backoff, 'baseMs' | 'capMs'>;
  /** How many facts this process handles at once. Default 64. */
  readonly maxInFlight?: number;
  /** Whose spans the handler's are, where several services share a process. */
  readonly service?: string;
}

/** A fact that a consumer gave up on. */
export interface DeadFact {
  /** Its number in the dead letter stream: the handle for `get`, `replay` and `purge`. */
  readonly seq: number;
  readonly consumer: string;
  readonly attempts: number;
  readonly diedAtMs: number;
  /** Why: the code of the last failure (`UNDECODABLE`, `CRASHED` or the error's own) and its text. */
  readonly error: { readonly code: string; readonly message: string };
  /** `undefined` when the bytes were not a fact; then see `raw`. */
  readonly fact: FactMessage | undefined;
  /** The bytes as they came, as UTF-8 text, at most 2,000 characters. */
  readonly raw: string;
}

export interface DeadPage {
  readonly items: readonly DeadFact[];
  /** Pass it on as `cursor` for what follows; `null` at the end. */
  readonly nextCursor: string | null;
}

/** The dead letters: look at them, hand one back to the consumer that failed, or drop it. */
export interface DeadFacts {
  /** Oldest first. `limit` 1-100, default 20. */
  list(options?: { limit?: number; cursor?: string }): Promise<DeadPage>;
  get(seq: number): Promise<DeadFact | undefined>;
  /**
   * Delivers the fact again, to the consumer that gave up on it and to no other, and takes it out
   * of the dead letters. Throws when there is no such dead fact.
   */
  replay(seq: number): Promise<void>;
  /** Replays all that are dead now, of one consumer or of all; resolves with how many. */
  replayAll(options?: { consumer?: string }): Promise<number>;
  /** Drops one for good; `false` when it was not there. */
  purge(seq: number): Promise<boolean>;
}

/** Durable facts over NATS JetStream: at least once, bounded retries, dead letters. */
export interface FactBus extends FactPart {
  /**
   * Resolves when the fact is on disk in the stream; the same id again within two minutes is
   * stored once. Rejects within a bounded time when it cannot be stored: publish it again later.
   */
  publish(message: FactMessage): Promise<void>;
  /** A consumer to start once the bus has started; `stop` ends what is in hand first. */
  consume(options: FactConsumerOptions): FactPart;
  readonly dead: DeadFacts;
}

/** The part of a pino logger that the bus uses. */
export interface FactLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
