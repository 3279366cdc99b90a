import { auth, type PayloadOf, type Revocation } from '@app/contracts';
import { assert } from '@app/kernel';
import { toSqlTime, type Outbox } from '@app/mysql';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { AuthFact } from '../../domain/auth-fact.ts';
import type { SessionChange } from '../../repository.ts';
import {
  refreshTokenState,
  sessionState,
  toRefreshTokenRow,
  toSessionRow,
} from './session-rows.ts';
import type { Tables } from './tables.ts';

type Facts = typeof auth.facts;

/**
 * Writes a change and its facts in the transaction that holds the locks of what it was decided on.
 * Each update still names the state it starts from, so that a missing lock shows at once.
 */
export const writeChange = async (
  outbox: Outbox<Tables>,
  tx: Transaction<Tables>,
  change: SessionChange,
): Promise<void> => {
  const { newSession, newToken, spentToken } = change;
  if (newSession !== undefined) {
    await tx.insertInto('session').values(toSessionRow(newSession)).execute();
  }
  for (const session of change.sessions ?? []) {
    const { numUpdatedRows } = await tx
      .updateTable('session')
      .set(sessionState(session))
      .where('id', '=', session.id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    assert(numUpdatedRows === 1n, 'only a session that was not revoked changes');
  }
  if (spentToken !== undefined) {
    const { numUpdatedRows } = await tx
      .updateTable('refresh_token')
      .set(refreshTokenState(spentToken))
      .where('id', '=', spentToken.id)
      .where('status', '=', 'current')
      .executeTakeFirst();
    assert(numUpdatedRows === 1n, 'a refresh token is spent once');
  }
  if (newToken !== undefined) {
    await tx.insertInto('refresh_token').values(toRefreshTokenRow(newToken)).execute();
  }
  for (const revocation of change.revocations ?? []) {
    await upsertRevocation(tx, revocation).execute();
  }
  await addFacts(outbox, tx, change.facts ?? []);
};

/** An entry only ever moves forward: what was refused stays refused. */
export const upsertRevocation = (db: Kysely<Tables>, revocation: Revocation) => {
  const revokedAt = toSqlTime(revocation.revokedAtMs);
  const expiresAt = toSqlTime(revocation.expiresAtMs);
  return db
    .insertInto('revocation')
    .values({
      kind: revocation.kind,
      subject: revocation.subject,
      revoked_at: revokedAt,
      expires_at: expiresAt,
      reason: revocation.reason ?? null,
    })
    .onDuplicateKeyUpdate({
      revoked_at: sql<Date>`greatest(revoked_at, ${revokedAt})`,
      expires_at: sql<Date>`greatest(expires_at, ${expiresAt})`,
    });
};

const addFacts = async (
  outbox: Outbox<Tables>,
  tx: Transaction<Tables>,
  facts: readonly AuthFact[],
): Promise<void> => {
  const add = <K extends keyof Facts>(fact: { name: K; payload: PayloadOf<Facts[K]> }) =>
    outbox.add(tx, auth.facts[fact.name], fact.payload);
  for (const fact of facts) await add(fact);
};
