import type { Clock } from '@app/kernel';
import { endSession } from '../domain/session.ts';
import { authError } from '../errors.ts';
import type { SessionRepository } from '../repository.ts';
import type { RevocationHints } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly sessions: SessionRepository;
  readonly hints: RevocationHints;
  readonly clock: Clock;
}

export const createEndMySession =
  ({ sessions, hints, clock }: Deps): Usecases['endMySession'] =>
  async ({ userId, sessionId }) => {
    const notFound = () => authError('SESSION_NOT_FOUND', { data: { sessionId } });
    const ended = await sessions.end(sessionId, (session) => {
      // Somebody else's session looks like none.
      if (session.userId !== userId) throw notFound();
      return endSession(session, 'logout', clock.nowMs());
    });
    if (ended === undefined) throw notFound();
    await hints.revoked(ended.revocations);
  };
