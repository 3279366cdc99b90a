import type { Clock } from '@app/kernel';
import type { AuditLog } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Durable before anything happens: whatever crashes later, that somebody wanted it is known. */
export const createBeginAdminWrite =
  ({ audit, clock }: Deps): Usecases['beginAdminWrite'] =>
  async ({ clientIp, paramsDigest, ...what }) => {
    const { seq } = await audit.append({
      ...what,
      kind: 'intent',
      atMs: clock.nowMs(),
      clientIp: clientIp ?? null,
      paramsDigest: paramsDigest ?? null,
      intentSeq: null,
      status: null,
      outcome: null,
    });
    return { seq };
  };
