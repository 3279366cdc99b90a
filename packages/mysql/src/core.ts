import type { Kysely, Transaction } from 'kysely';
import type { CoreTables } from './tables.ts';

/**
 * Sees only the core tables of a service's schema. Kysely's types are invariant, so a query builder
 * of more tables is not one of fewer, though every query of these is one of those.
 */
export const coreOf = <T extends CoreTables>(db: Kysely<T>): Kysely<CoreTables> =>
  db as unknown as Kysely<CoreTables>;

/** The same for a transaction. */
export const coreTx = <T extends CoreTables>(tx: Transaction<T>): Transaction<CoreTables> =>
  tx as unknown as Transaction<CoreTables>;
