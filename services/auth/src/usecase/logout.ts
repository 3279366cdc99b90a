import type { Clock } from '@app/kernel';
import { endSession } from '../domain/session.ts';
import type { SessionRepository } from '../repository.ts';
import type { RevocationHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly sessions: SessionRepository;
  readonly hints: RevocationHints;
  readonly clock: Clock;
}

export const createLogout =
  ({ sessions, hints, clock }: Deps): Usecases['logout'] =>
  async ({ sessionId }) => {
    const ended = await sessions.end(sessionId, (session) =>
      endSession(session, 'logout', clock.nowMs()),
    );
    // Before the answer, and again on a repeat: the first hint may have died with its process.
    if (ended !== undefined) await hints.revoked(ended.revocations);
  };
