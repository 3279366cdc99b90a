import { DomainError, isError } from '@app/kernel';
import type { Upstream } from '@app/runtime';
import { exhaustedQuota } from '../../domain/refusal.ts';
import { quotas as allowances, type QuotaName } from '../../domain/wechat-api.ts';
import { quotaExhausted } from '../../errors.ts';
import type { QuotaLedger } from '../../repository.ts';
import type { ApiCall, TokenKeeper, TokenRefused, WechatApi } from '../../service.ts';
import { repeat } from './repeat.ts';
import { whenHarmless, whenNotSent } from './repeat-rules.ts';
import { exchange, ExchangeFailure } from './wechat-exchange.ts';

interface Deps {
  readonly upstream: Upstream;
  readonly keeper: Pick<TokenKeeper, 'withToken'>;
  readonly quotas: Pick<QuotaLedger, 'take' | 'giveBack' | 'exhaust'>;
}

interface Answered<R> {
  readonly outcome: 'answered';
  readonly value: R;
}

const listOf = (quota: ApiCall<unknown>['quota']): readonly QuotaName[] => {
  if (quota === undefined) return [];
  return typeof quota === 'string' ? [quota] : quota;
};

const errcodeOf = (error: unknown): number | undefined => {
  const errcode = error instanceof DomainError ? error.data?.['errcode'] : undefined;
  return typeof errcode === 'number' ? errcode : undefined;
};

/** WeChat refused it for good, or never got it; after -1 and a lost answer nobody knows. */
const tookNothing = (error: unknown): boolean => {
  if (error instanceof ExchangeFailure && error.isNotSent) return true;
  const errcode = errcodeOf(error);
  return errcode !== undefined && errcode !== -1;
};

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

  /** What is for ever is too dear for calls that failed; a day's calls are counted by WeChat alike. */
  const giveBack = (appId: string, drawn: readonly QuotaName[]): void => {
    for (const quota of drawn) {
      if (allowances[quota].window === 'total') quotas.giveBack(appId, quota);
    }
  };

  const takeAll = async (appId: string, wanted: readonly QuotaName[]): Promise<void> => {
    const drawn: QuotaName[] = [];
    try {
      for (const quota of wanted) {
        await quotas.take(appId, quota);
        drawn.push(quota);
      }
    } catch (error) {
      giveBack(appId, drawn);
      throw error;
    }
  };

  /** The error as it is, or with what the ledger knows of the allowance that WeChat says is used up. */
  const settle = async (
    appId: string,
    drawn: readonly QuotaName[],
    error: unknown,
  ): Promise<unknown> => {
    if (tookNothing(error)) giveBack(appId, drawn);
    const errcode = errcodeOf(error);
    if (errcode === undefined || !isError(error, 'WECHAT_QUOTA_EXHAUSTED')) return error;
    const quota = exhaustedQuota(errcode, drawn);
    if (quota === undefined) return error;
    return quotaExhausted(quota, await quotas.exhaust(appId, quota), errcode);
  };

  return {
    async call(appId, spec) {
      const drawn = listOf(spec.quota);
      await takeAll(appId, drawn);
      const rules = spec.isRepeatable ? whenHarmless : whenNotSent;
      try {
        const { value } = await keeper.withToken(appId, (accessToken) =>
          repeat(() => once(spec, accessToken), rules),
        );
        return value;
      } catch (error) {
        throw await settle(appId, drawn, error);
      }
    },
  };
};
