import type { Clock } from '@app/kernel';
import { endAllSessions } from '../domain/session.ts';
import type { SessionRepository } from '../repository.ts';
import type { RevocationHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly sessions: SessionRepository;
  readonly hints: RevocationHints;
  readonly clock: Clock;
}

export const createEndAllMySessions =
  ({ sessions, hints, clock }: Deps): Usecases['endAllMySessions'] =>
  async ({ userId }) => {
    const ended = await sessions.endAll(userId, (live) =>
      endAllSessions(userId, live, { reason: 'logout-everywhere', nowMs: clock.nowMs() }),
    );
    await hints.revoked(ended.revocations);
  };
