import { sql, type RawBuilder, type Transaction } from 'kysely';
import { coreOf, coreTx } from '../core.ts';
import type { Database } from '../database.ts';
import { isDuplicateKey } from '../errors.ts';
import type { CoreTables } from '../tables.ts';

/** Who asked for what under which key. */
export interface KeyScope {
  readonly caller: string;
  readonly action: string;
  readonly key: string;
}

/** The right to run the effect, while the lease lasts. */
export interface Claim extends KeyScope {
  readonly claimId: string;
  readonly operationId: string;
}

/** What a look at the row says. */
export type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'other_request' }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'running' }
  | { readonly kind: 'abandoned'; readonly claimId: string; readonly operationId: string };

export interface IdempotencyStore<T extends CoreTables> {
  find(scope: KeyScope, requestHash: string): Promise<Found>;
  /** `false` when somebody else was first. */
  start(claim: Claim, requestHash: string): Promise<boolean>;
  /** Makes `claim` the owner in place of `previousClaimId`; `false` when it is no longer abandoned. */
  takeOver(claim: Claim, previousClaimId: string): Promise<boolean>;
  /** Lengthens the lease; `false` when the claim is lost or done. */
  refresh(claim: Claim): Promise<boolean>;
  /** Stores the answer, in the effect's transaction if there is one; `false` when the claim is lost. */
  complete(claim: Claim, text: string, tx?: Transaction<T>): Promise<boolean>;
  /** Forgets the request: it has no effect and may be sent anew. */
  forget(claim: Claim): Promise<void>;
  /** Ends the lease now: the next one takes over with the same operation id. */
  abandon(claim: Claim): Promise<void>;
  /** Removes a row whose time is over. */
  expire(scope: KeyScope): Promise<void>;
}

export interface IdempotencyStoreOptions {
  readonly leaseMs: number;
  readonly keepMs: number;
}

const time = (ms: number): RawBuilder<Date> =>
  sql<Date>`now(3) + interval ${ms * 1000} microsecond`;

/** All times are the database's, so that no node's clock can end another's lease. */
export const createIdempotencyStore = <T extends CoreTables>(
  db: Database<T>,
  { leaseMs, keepMs }: IdempotencyStoreOptions,
): IdempotencyStore<T> => {
  const write = coreOf(db.write);

  const updateOwn = async (
    claim: Claim,
    set: { lease_until: RawBuilder<Date> } | { state: 'done'; result: string },
    executor: typeof write = write,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await executor
      .updateTable('idempotency_key')
      .set(set)
      .where('caller', '=', claim.caller)
      .where('action', '=', claim.action)
      .where('idem_key', '=', claim.key)
      .where('claim_id', '=', claim.claimId)
      .where('state', '=', 'started')
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  };

  return {
    async find(scope, requestHash) {
      const row = await write
        .selectFrom('idempotency_key')
        .select(['request_hash', 'operation_id', 'state', 'claim_id', 'result'])
        .select(sql<number>`lease_until < now(3)`.as('is_abandoned'))
        .select(sql<number>`created_at < ${time(-keepMs)}`.as('is_expired'))
        .where('caller', '=', scope.caller)
        .where('action', '=', scope.action)
        .where('idem_key', '=', scope.key)
        .executeTakeFirst();
      if (row === undefined) return { kind: 'absent' };
      if (row.is_expired === 1 && (row.state === 'done' || row.is_abandoned === 1)) {
        return { kind: 'expired' };
      }
      if (row.request_hash !== requestHash) return { kind: 'other_request' };
      if (row.state === 'done') return { kind: 'done', text: row.result ?? 'null' };
      if (row.is_abandoned === 0) return { kind: 'running' };
      return { kind: 'abandoned', claimId: row.claim_id, operationId: row.operation_id };
    },

    async start(claim, requestHash) {
      try {
        await write
          .insertInto('idempotency_key')
          .values({
            caller: claim.caller,
            action: claim.action,
            idem_key: claim.key,
            request_hash: requestHash,
            operation_id: claim.operationId,
            state: 'started',
            claim_id: claim.claimId,
            lease_until: time(leaseMs),
            result: null,
            created_at: sql<Date>`now(3)`,
          })
          .execute();
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    async takeOver(claim, previousClaimId) {
      const { numUpdatedRows } = await write
        .updateTable('idempotency_key')
        .set({ claim_id: claim.claimId, lease_until: time(leaseMs) })
        .where('caller', '=', claim.caller)
        .where('action', '=', claim.action)
        .where('idem_key', '=', claim.key)
        .where('claim_id', '=', previousClaimId)
        .where('state', '=', 'started')
        .where('lease_until', '<', sql<Date>`now(3)`)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    refresh: (claim) => updateOwn(claim, { lease_until: time(leaseMs) }),

    complete: (claim, text, tx) =>
      updateOwn(claim, { state: 'done', result: text }, tx === undefined ? write : coreTx(tx)),

    async forget(claim) {
      await write
        .deleteFrom('idempotency_key')
        .where('caller', '=', claim.caller)
        .where('action', '=', claim.action)
        .where('idem_key', '=', claim.key)
        .where('claim_id', '=', claim.claimId)
        .where('state', '=', 'started')
        .execute();
    },

    async abandon(claim) {
      await updateOwn(claim, { lease_until: time(-1) });
    },

    async expire(scope) {
      await write
        .deleteFrom('idempotency_key')
        .where('caller', '=', scope.caller)
        .where('action', '=', scope.action)
        .where('idem_key', '=', scope.key)
        .where('created_at', '<', time(-keepMs))
        .execute();
    },
  };
};
