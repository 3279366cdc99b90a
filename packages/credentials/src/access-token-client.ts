import { wechatCcs, type ResultOf } from '@app/contracts';
import { onHint, type Host, type HintSubscription } from '@app/runtime';
import { isServable, type Credential, type CredentialRules } from './credential.ts';
import { createCredentialMemory } from './memory.ts';
import { createSharedWork } from './shared-work.ts';

/** WeChat access tokens for a service that calls WeChat itself; nobody but wechat-ccs fetches them. */
export interface AccessTokenClient {
  /**
   * A token with at least a minute to live, from memory while it is current.
   * @throws WECHAT_APP_UNKNOWN, UPSTREAM_WECHAT_…, SERVICE_UNAVAILABLE
   */
  get(appId: string): Promise<Credential>;
  /** The same when memory has it, without awaiting anything. */
  peek(appId: string): Credential | undefined;
  /** WeChat refused `accessToken` (40001, 40014, 42001): the one to use now. */
  invalidate(appId: string, accessToken: string): Promise<Credential>;
  /** For `actionHandlers(…, { onHints })` of the service that uses this. */
  readonly onHints: readonly HintSubscription[];
}

type Answer = ResultOf<typeof wechatCcs.actions.getAccessToken>;

/** wechat-ccs has taken the margin off already, and has the next one ready by then. */
const RULES: CredentialRules = {
  expiryMarginMs: 0,
  handOutMinMs: 60_000,
  refreshAheadMs: 200_000,
  refreshSpreadMs: 0,
};

/** A lost hint costs so much freshness. */
const ASK_AGAIN_MS = 5000;
const BUDGET_MS = 8000;

export const createAccessTokenClient = (
  host: Pick<Host, 'call' | 'clock' | 'logger'>,
): AccessTokenClient => {
  const { call, clock, logger } = host;
  const { getAccessToken, invalidateAccessToken } = wechatCcs.actions;
  const memory = createCredentialMemory(() => RULES, clock);
  const shared = createSharedWork({ logger, clock, budgetMs: BUDGET_MS });

  const keep = (appId: string, answer: Answer, since?: number): Credential => {
    const { accessToken: text, version } = answer;
    const expiresAtMs = Date.parse(answer.expiresAt);
    const credential = { text, version, expiresAtMs, fetchedAtMs: clock.nowMs() };
    memory.keep(appId, { ...credential, mayEndAtMs: null }, since);
    return credential;
  };

  const ask = async (appId: string): Promise<Credential> => {
    const since = memory.hintsHeard(appId);
    try {
      return keep(appId, await call(getAccessToken, { appId }), since);
    } catch (error) {
      const last = memory.last(appId);
      if (!isServable(last, RULES, clock.nowMs())) throw error;
      // Perhaps it was replaced; without wechat-ccs it is better than none.
      memory.keepDespiteDoubt(appId, last);
      return last;
    }
  };

  const peek = (appId: string): Credential | undefined => {
    const remembered = memory.get(appId);
    if (remembered === undefined) return undefined;
    const { handOut, isAgeing } = remembered;
    if (isAgeing || clock.nowMs() - handOut.fetchedAtMs > ASK_AGAIN_MS) {
      shared.kickOff(appId, ASK_AGAIN_MS, () => ask(appId));
    }
    return handOut;
  };

  return {
    peek,
    get(appId) {
      const remembered = peek(appId);
      return remembered === undefined
        ? shared.join(appId, () => ask(appId))
        : Promise.resolve(remembered);
    },
    invalidate: (appId, accessToken) =>
      shared.join(`${appId} without ${accessToken}`, async () =>
        keep(appId, await call(invalidateAccessToken, { appId, accessToken })),
      ),
    onHints: [
      onHint(wechatCcs.hints.tokenChanged, ({ appId, version }) =>
        memory.supersede(appId, version),
      ),
    ],
  };
};
