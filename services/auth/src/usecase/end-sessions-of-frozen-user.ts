import type { Clock } from '@app/kernel';
import { endAllSessions } from '../domain/session.ts';
import type { SessionRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly sessions: SessionRepository;
  readonly clock: Clock;
}

/** Dated now and not at the freeze: tokens refreshed while the fact was on its way must die too. */
export const createEndSessionsOfFrozenUser =
  ({ sessions, clock }: Deps): Usecases['endSessionsOfFrozenUser'] =>
  async ({ userId, scope }) => {
    const ended = await sessions.endAll(
      userId,
      (live) => endAllSessions(userId, live, { reason: 'frozen', nowMs: clock.nowMs() }),
      scope,
    );
    return ended.revocations;
  };
