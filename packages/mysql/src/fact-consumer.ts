import type { AnyFact, PayloadOf } from '@app/contracts';
import type { FactConsumerOptions, Part } from '@app/runtime';
import type { Transaction } from 'kysely';
import { coreTx } from './core.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './errors.ts';
import type { FactHost } from './host.ts';
import type { CoreTables } from './tables.ts';
import { toSqlTime } from './time.ts';

/** What a handler of a fact gets besides the payload. */
export interface FactScope<T extends CoreTables> {
  /** Everything the handler changes goes through this. */
  readonly tx: Transaction<T>;
  readonly eventId: string;
  readonly occurredAtMs: number;
}

export interface FactHandlerOptions<T extends CoreTables, F extends AnyFact> {
  readonly host: FactHost;
  readonly db: Database<T>;
  readonly fact: F;
  /**
   * The effect, all of it in `tx`. Rejecting rolls back and has the fact delivered again, until it
   * goes to the dead letters. Like every transaction it may run several times.
   */
  readonly handle: (payload: PayloadOf<F>, scope: FactScope<T>) => Promise<void>;
  /** Default: the service of the database. */
  readonly service?: string;
  /** Needed when a service has two handlers of one fact. Default `<service>-<fact in kebab>`. */
  readonly consumer?: string;
  readonly attemptsMax?: number;
  readonly backoff?: FactConsumerOptions['backoff'];
  readonly maxInFlight?: number;
}

/** `auth`, `user.phoneBound` → `auth-user-phone-bound` */
export const consumerNameOf = (service: string, fact: string): string =>
  `${service}-${fact.replaceAll('.', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** `false` when this consumer has the fact already. A delivery at the same time waits here for the other to end. */
const enter = async (
  tx: Transaction<CoreTables>,
  row: { readonly consumer: string; readonly event_id: string; readonly handled_at: Date },
): Promise<boolean> => {
  try {
    await tx.insertInto('inbox').values(row).execute();
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
};

/**
 * Gives each fact effect exactly once: the inbox row and the effect commit together, the delivery is
 * acknowledged after that, and a delivery that finds its inbox row has nothing left to do.
 */
export const factConsumer = <T extends CoreTables, F extends AnyFact>(
  options: FactHandlerOptions<T, F>,
): Part => {
  const { host, db, fact, handle, attemptsMax, backoff, maxInFlight } = options;
  const service = options.service ?? db.service;
  const consumer = options.consumer ?? consumerNameOf(service, fact.name);
  return host.facts.consume({
    consumer,
    fact: fact.name,
    service,
    ...(attemptsMax === undefined ? {} : { attemptsMax }),
    ...(backoff === undefined ? {} : { backoff }),
    ...(maxInFlight === undefined ? {} : { maxInFlight }),
    handle: ({ id, payload, occurredAtMs }) =>
      db.transaction(async (tx) => {
        const row = { consumer, event_id: id, handled_at: toSqlTime(host.clock.nowMs()) };
        if (!(await enter(coreTx(tx), row))) return;
        await handle(payload as PayloadOf<F>, { tx, eventId: id, occurredAtMs });
      }),
  });
};
