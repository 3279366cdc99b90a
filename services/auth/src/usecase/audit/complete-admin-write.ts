import type { Clock } from '@app/kernel';
import { authError } from '../../errors.ts';
import type { AuditLog } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Says once how it ended; what is told again is there already. */
export const createCompleteAdminWrite =
  ({ audit, clock }: Deps): Usecases['completeAdminWrite'] =>
  async ({ intentSeq, status, outcome }) => {
    const intent = await audit.find(intentSeq);
    if (intent?.kind !== 'intent') throw authError('AUDIT_INTENT_UNKNOWN', { data: { intentSeq } });
    const { actor, action, route, target, requestId, clientIp, paramsDigest } = intent;
    await audit.append({
      kind: 'outcome',
      atMs: clock.nowMs(),
      ...{ actor, action, route, target, requestId, clientIp, paramsDigest },
      intentSeq,
      status,
      outcome,
    });
  };
