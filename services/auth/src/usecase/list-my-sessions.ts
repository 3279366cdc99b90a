import type { Clock } from '@app/kernel';
import { toSessionView } from '../domain/session.ts';
import type { SessionRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly sessions: SessionRepository;
  readonly clock: Clock;
}

export const createListMySessions =
  ({ sessions, clock }: Deps): Usecases['listMySessions'] =>
  async ({ userId, sessionId }) => {
    const live = await sessions.listLive(userId, clock.nowMs());
    return live.map((session) => toSessionView(session, sessionId));
  };
