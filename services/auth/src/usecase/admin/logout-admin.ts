import type { Clock } from '@app/kernel';
import { endAdminSession } from '../../domain/admin/admin-session.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { RevocationHints } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly directory: AdminDirectory;
  readonly hints: RevocationHints;
  readonly clock: Clock;
}

/** Ends the session of this very token: a newer one of the same admin stays. */
export const createLogoutAdmin =
  ({ directory, hints, clock }: Deps): Usecases['logoutAdmin'] =>
  async ({ adminId, sessionId }) => {
    const { change } = await directory.change(({ sessions }) => {
      const mine = sessions.filter(
        (session) => session.accountId === adminId && session.sessionId === sessionId,
      );
      return {
        change: {
          endedSessionsOf: mine.map(({ accountId }) => accountId),
          revocations: mine.map((session) => endAdminSession(session, clock.nowMs())),
        },
        result: null,
      };
    });
    await hints.revoked(change.revocations ?? []);
  };
