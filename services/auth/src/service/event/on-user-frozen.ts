import { user } from '@app/contracts';
import { afterCommit, factConsumer, type CoreTables, type Database } from '@app/mysql';
import type { Host, Part } from '@app/runtime';
import type { RevocationHints } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps<T extends CoreTables> {
  readonly host: Host;
  readonly db: Database<T>;
  readonly hints: RevocationHints;
  readonly endSessions: Usecases['endSessionsOfFrozenUser'];
}

/** A frozen account loses all its sessions, once however often the fact comes. */
export const createOnUserFrozen = <T extends CoreTables>(deps: Deps<T>): Part => {
  const { host, db, hints, endSessions } = deps;
  return factConsumer({
    host,
    db,
    fact: user.facts.frozen,
    handle: async ({ userId }, { tx }) => {
      const revocations = await endSessions({ userId, scope: tx });
      // Only then: a hint for a revocation that was rolled back would sign people out for nothing.
      afterCommit(tx, () => void hints.revoked(revocations));
    },
  });
};
