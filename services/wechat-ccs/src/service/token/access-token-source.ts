import type { CredentialSource, FetchContext, FetchedCredential } from '@app/credentials';
import { isError, type Clock } from '@app/kernel';
import {
  CLASSIC_OVERLAP_MS,
  isJustSeen,
  isYoung,
  type FetchMode,
} from '../../domain/access-token.ts';
import type { AppDirectory, QuotaLedger } from '../../repository.ts';
import type { ForceGovernor, TokenJournal, WechatClient } from '../../service.ts';

interface Deps {
  readonly apps: Pick<AppDirectory, 'get'>;
  readonly wechat: Pick<WechatClient, 'fetchAccessToken'>;
  readonly governor: ForceGovernor;
  readonly quotas: Pick<QuotaLedger, 'take'>;
  readonly journal: Pick<TokenJournal, 'forceRefused' | 'uncounted'>;
  readonly clock: Clock;
}

/** WeChat's "no more today". */
const DAILY_LIMIT = 45009;

const errcodeOf = (error: unknown): unknown =>
  (error as { readonly data?: { readonly errcode?: unknown } } | undefined)?.data?.errcode;

/** How WeChat gives access tokens, and what it rations (reference, 3.1). */
export const createAccessTokenSource = (deps: Deps): CredentialSource => {
  const { apps, wechat, governor, quotas, journal, clock } = deps;

  const ask = async (appId: string, mode: FetchMode): Promise<FetchedCredential> => {
    const askedAtMs = clock.nowMs();
    return { ...(await wechat.fetchAccessToken(appId, mode)), askedAtMs, mode };
  };

  /** Once it is counted. */
  const forced = async (appId: string, { mayEndCurrent }: FetchContext) => {
    await mayEndCurrent(clock.nowMs());
    try {
      return await ask(appId, 'forced');
    } catch (error) {
      if (errcodeOf(error) === DAILY_LIMIT) await governor.exhaust(appId);
      throw error;
    }
  };

  /** `undefined` when force is not to be had: callers keep the token there is. */
  const forceIfAllowed = async (appId: string, context: FetchContext) => {
    const taken = await governor.take(appId).then(
      () => true,
      (error: unknown) => {
        journal.forceRefused(appId, error);
        return false;
      },
    );
    return taken ? forced(appId, context) : undefined;
  };

  /**
   * Force is the last resort: it is rationed, and it ends the token for everybody else who shares
   * the app. A refused token that is not young was most likely replaced by one of those, and then a
   * normal fetch gives the one that counts.
   */
  const stable = async (appId: string, context: FetchContext) => {
    const { reason, current } = context;
    if (reason === 'demanded') {
      await governor.take(appId);
      return forced(appId, context);
    }
    if (reason === 'due' || current === undefined) return ask(appId, 'normal');
    const isSpared = isYoung(current, clock.nowMs());
    const early = isSpared ? await forceIfAllowed(appId, context) : undefined;
    if (early !== undefined) return early;
    if (isJustSeen(current, clock.nowMs())) return undefined;
    const answer = await ask(appId, 'normal');
    // WeChat thinks well of the token that it refuses: only force brings another one.
    if (isSpared || answer.text !== current.text) return answer;
    return (await forceIfAllowed(appId, context)) ?? answer;
  };

  const count = async (appId: string): Promise<void> => {
    try {
      await quotas.take(appId, 'classicToken');
    } catch (error) {
      if (isError(error, 'WECHAT_QUOTA_EXHAUSTED')) throw error;
      // A dozen a day are due: better one that is not counted than no token.
      journal.uncounted(appId, error);
    }
  };

  const classic = async (appId: string, { reason, current, mayEndCurrent }: FetchContext) => {
    const nowMs = clock.nowMs();
    if (reason === 'refused' && current !== undefined && isYoung(current, nowMs)) return undefined;
    await count(appId);
    await mayEndCurrent(nowMs + CLASSIC_OVERLAP_MS);
    return ask(appId, 'classic');
  };

  return {
    fetch: (appId, context) =>
      apps.get(appId).tokenKind === 'classic' ? classic(appId, context) : stable(appId, context),
  };
};
