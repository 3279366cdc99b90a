import { toRfc3339, type Clock } from '@app/kernel';
import { FORCE_INTERVAL_MS } from '../../domain/access-token.ts';
import { wechatCcsError } from '../../errors.ts';
import type { ForceMarks, QuotaLedger } from '../../repository.ts';
import type { ForceGovernor } from '../../service.ts';

interface Deps {
  readonly marks: ForceMarks;
  readonly quotas: Pick<QuotaLedger, 'take' | 'exhaust'>;
  readonly clock: Clock;
}

/** Marked and counted before WeChat is asked: what dies in between is spent without a refresh. */
export const createForceGovernor = ({ marks, quotas, clock }: Deps): ForceGovernor => ({
  async take(appId) {
    const claim = await marks.claim(appId, { nowMs: clock.nowMs(), intervalMs: FORCE_INTERVAL_MS });
    if (!claim.isClaimed) {
      const retryAt = toRfc3339(claim.lastAtMs + FORCE_INTERVAL_MS);
      throw wechatCcsError('WECHAT_FORCE_TOO_SOON', { data: { retryAt } });
    }
    await quotas.take(appId, 'forcedToken');
  },
  async exhaust(appId) {
    await quotas.exhaust(appId, 'forcedToken');
  },
});
