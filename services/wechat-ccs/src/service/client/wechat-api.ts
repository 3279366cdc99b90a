import { isError } from '@app/kernel';
import type { Upstream } from '@app/runtime';
import type { QuotaLedger } from '../../repository.ts';
import type { ApiCall, TokenKeeper, TokenRefused, WechatApi } from '../../service.ts';
import { repeat } from './repeat.ts';
import { whenHarmless, whenNotSent } from './repeat-rules.ts';
import { exchange } from './wechat-exchange.ts';

interface Deps {
  readonly upstream: Upstream;
  readonly keeper: Pick<TokenKeeper, 'withToken'>;
  readonly quotas: Pick<QuotaLedger, 'take' | 'exhaust'>;
}

interface Answered<R> {
  readonly outcome: 'answered';
  readonly value: R;
}

/** WeChat looks at the token before anything else, so what the call would spend survives a refused one. */
export const createWechatApi = ({ upstream, keeper, quotas }: Deps): WechatApi => {
  const once = async <R>(
    spec: ApiCall<R>,
    accessToken: string,
  ): Promise<Answered<R> | TokenRefused> => {
    const {
      call,
      method,
      path,
      query,
      secretQueryKeys = [],
      json,
      timeoutMs,
      read,
      onRefusal,
    } = spec;
    const request = {
      method,
      path,
      query: { ...query, access_token: accessToken },
      secretQueryKeys: ['access_token', ...secretQueryKeys],
      ...(json === undefined ? {} : { json }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
    const exchanged = await exchange(upstream, call, request, { read, onRefusal });
    return exchanged.kind === 'answer'
      ? { outcome: 'answered', value: exchanged.value }
      : { outcome: exchanged.kind, errcode: exchanged.errcode };
  };

  return {
    async call(appId, spec) {
      const { quota } = spec;
      if (quota !== undefined) await quotas.take(appId, quota);
      const rules = spec.isRepeatable ? whenHarmless : whenNotSent;
      try {
        const { value } = await keeper.withToken(appId, (accessToken) =>
          repeat(() => once(spec, accessToken), rules),
        );
        return value;
      } catch (error) {
        if (quota !== undefined && isError(error, 'WECHAT_QUOTA_EXHAUSTED')) {
          await quotas.exhaust(appId, quota);
        }
        throw error;
      }
    },
  };
};
