import type { Clock } from '@app/kernel';
import type { AuditLog } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Something that is known only when it is over: a login, or a failed one. */
export const createRecordAdminEvent =
  ({ audit, clock }: Deps): Usecases['recordAdminEvent'] =>
  async ({ clientIp, ...what }) => {
    await audit.append({
      ...what,
      kind: 'event',
      atMs: clock.nowMs(),
      clientIp: clientIp ?? null,
      paramsDigest: null,
      intentSeq: null,
    });
  };
