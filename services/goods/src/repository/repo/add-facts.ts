import { goods, type PayloadOf } from '@app/contracts';
import type { Outbox } from '@app/mysql';
import type { Transaction } from 'kysely';
import type { GoodsFact } from '../../domain/goods-fact.ts';
import type { Tables } from './tables.ts';

type Facts = typeof goods.facts;

/** Stores the facts with the change they speak of: both become true at the same commit. */
export const addFacts = async (
  outbox: Outbox<Tables>,
  tx: Transaction<Tables>,
  facts: readonly GoodsFact[],
): Promise<void> => {
  const add = <K extends keyof Facts>(fact: { name: K; payload: PayloadOf<Facts[K]> }) =>
    outbox.add(tx, goods.facts[fact.name], fact.payload);
  for (const fact of facts) await add(fact);
};
