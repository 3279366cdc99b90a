import type { AnyFact, PayloadOf } from '@app/contracts';
import { assert } from '@app/kernel';
import { inject, requestContext, type Part } from '@app/runtime';
import type { Transaction } from 'kysely';
import { coreTx } from '../core.ts';
import type { Database } from '../database.ts';
import type { FactHost } from '../host.ts';
import type { CoreTables } from '../tables.ts';
import { toSqlTime } from '../time.ts';
import { afterCommit } from '../transaction.ts';
import { createRelay, type RelayOptions } from './relay.ts';

/** Facts of a service, stored with the change they tell of and published afterwards. */
export interface Outbox<T extends CoreTables> {
  /**
   * Stores a fact in `tx`: it is published if and only if `tx` commits. Give it after the
   * statements that lock what the fact is about, so that facts about the same thing get their
   * numbers, and are published, in the order of their transactions.
   */
  add<F extends AnyFact>(tx: Transaction<T>, fact: F, payload: PayloadOf<F>): Promise<void>;
  /** Publishes what is stored. Start it on every node: one at a time is at work. */
  readonly relay: Part;
}

export interface OutboxOptions extends RelayOptions {
  /** Default: the service of the database. */
  readonly service?: string;
}

/** NATS refuses messages over 1 MiB by default; one that can never be published would block all behind it. */
const PAYLOAD_BYTES_MAX = 512 * 1024;

/**
 * The outbox of a service (docs: architecture, rule 3).
 *
 * Facts are numbered by the database (auto increment), not by their ids: clocks of two nodes differ,
 * the database's counter does not. What is unpublished is found by `published_at is null`, not by
 * "greater than the last number", so a transaction that commits late loses nothing.
 */
export const createOutbox = <T extends CoreTables>(
  db: Database<T>,
  host: FactHost,
  options: OutboxOptions = {},
): Outbox<T> => {
  const service = options.service ?? db.service;
  const relay = createRelay(db, host, service, options);
  return {
    relay: relay.part,
    async add(tx, fact, payload) {
      assert(
        tx.isTransaction,
        `${fact.name} must be stored in the transaction of what it tells of`,
      );
      assert(fact.name.startsWith(`${service}.`), `${fact.name} is not a fact of ${service}`);
      const text = JSON.stringify(payload);
      assert(Buffer.byteLength(text) <= PAYLOAD_BYTES_MAX, `${fact.name} is over 512 KiB`);
      await coreTx(tx)
        .insertInto('outbox')
        .values({
          event_id: host.ids.next(),
          fact: fact.name,
          payload: text,
          occurred_at: toSqlTime(host.clock.nowMs()),
          traceparent: inject() ?? null,
          request_id: requestContext()?.requestId ?? null,
        })
        .execute();
      afterCommit(tx, relay.poke);
    },
  };
};
