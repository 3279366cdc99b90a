import { isError } from '@app/kernel';
import { quotaExhausted } from '../../errors.ts';
import type { QuotaLedger } from '../../repository.ts';
import type { QuotaClearing, WechatApi, WechatClient } from '../../service.ts';
import { fieldsOf } from './wechat-answer.ts';

interface Deps {
  readonly api: WechatApi;
  readonly wechat: Pick<WechatClient, 'clearQuota'>;
  readonly quotas: Pick<QuotaLedger, 'take' | 'exhaust'>;
}

const ALLOWANCE = 'clearQuota';

/** Reference, 3.2. Never repeated: a lost answer may have cost one of ten. */
export const createWechatQuotaClearing = ({ api, wechat, quotas }: Deps): QuotaClearing => {
  const withSecret = async (appId: string): Promise<void> => {
    await quotas.take(appId, ALLOWANCE);
    try {
      await wechat.clearQuota(appId);
    } catch (error) {
      if (!isError(error, 'WECHAT_QUOTA_EXHAUSTED')) throw error;
      throw quotaExhausted(ALLOWANCE, await quotas.exhaust(appId, ALLOWANCE));
    }
  };

  return {
    async clear(appId, way) {
      if (way === 'secret') return withSecret(appId);
      await api.call(appId, {
        call: 'clearQuota',
        method: 'POST',
        path: '/cgi-bin/clear_quota',
        json: { appid: appId },
        quota: ALLOWANCE,
        isRepeatable: false,
        read: fieldsOf(() => true),
      });
    },
  };
};
