import { DomainError, type Clock } from '@app/kernel';
import {
  acceptToken,
  isUsable,
  mayForce,
  planFetch,
  tokenState,
  type AccessToken,
  type FetchedToken,
  type FetchMode,
} from '../../domain/access-token.ts';
import { wechatCcsError } from '../../errors.ts';
import type { AccessTokenStore, RefreshLock } from '../../repository.ts';
import type { RefreshJournal, TokenHints, WechatClient } from '../../service.ts';

interface Deps {
  readonly tokens: AccessTokenStore;
  readonly lock: RefreshLock;
  readonly wechat: WechatClient;
  readonly hints: TokenHints;
  readonly journal: RefreshJournal;
  readonly clock: Clock;
}

/**
 * Makes sure there is a newer token, and gives the one to use: nothing is fetched when another node
 * was first. @param refused the token WeChat refused, when that is the reason
 */
export type RefreshAccessToken = (appId: string, refused?: string) => Promise<AccessToken>;

type Answer = {
  readonly fetched: FetchedToken;
  readonly mode: FetchMode;
  readonly askedAtMs: number;
};

export const createRefreshAccessToken = (deps: Deps): RefreshAccessToken => {
  const { tokens, lock, wechat, hints, journal, clock } = deps;

  const isDone = (current: AccessToken | undefined, refused: string | undefined): boolean =>
    refused === undefined
      ? tokenState(current, clock.nowMs()) === 'fresh'
      : isUsable(current, clock.nowMs()) && current.text !== refused;

  const fetch = async (appId: string, mode: FetchMode): Promise<Answer> => {
    const askedAtMs = clock.nowMs();
    return { fetched: await wechat.fetchAccessToken(appId, mode), mode, askedAtMs };
  };

  const fetchOther = async (
    appId: string,
    current: AccessToken | undefined,
    refused: string | undefined,
  ): Promise<Answer> => {
    const isRefused = current !== undefined && current.text === refused;
    const answer = await fetch(appId, planFetch(current, isRefused, clock.nowMs()));
    // WeChat thinks well of the token that it refuses: only force brings another one.
    const isStuck = isRefused && answer.mode === 'normal' && answer.fetched.text === refused;
    return isStuck && mayForce(current.forces, clock.nowMs()) ? fetch(appId, 'forced') : answer;
  };

  const store = async (appId: string, current: AccessToken | undefined, next: AccessToken) => {
    if (await tokens.replace(appId, current?.version, next)) {
      await hints.changed(appId, next.version);
      return next;
    }
    // Our lease ended meanwhile and another node went further: what it stored counts.
    const newer = await tokens.find(appId);
    if (isUsable(newer, clock.nowMs())) return newer;
    throw new DomainError('SERVICE_UNAVAILABLE', 'unavailable', {
      message: `the token of ${appId} changed during its refresh and is not usable`,
    });
  };

  const refresh = async (appId: string, refused: string | undefined, fence: number) => {
    const current = await tokens.find(appId);
    if (current !== undefined && isDone(current, refused)) return current;
    const { fetched, mode, askedAtMs } = await fetchOther(appId, current, refused);
    const next = acceptToken(fetched, { previous: current, mode, version: fence, askedAtMs });
    const isNew = next.text !== current?.text;
    journal.refreshed(appId, next, { mode, isNew });
    if (!isNew && isUsable(current, clock.nowMs())) return current;
    if (isUsable(next, clock.nowMs())) return store(appId, current, next);
    throw wechatCcsError('UPSTREAM_WECHAT_UNAVAILABLE', {
      message: `WeChat gave a token with ${fetched.expiresInSeconds} s to live`,
    });
  };

  return async (appId, refused) => {
    try {
      return await lock.run(appId, (fence) => refresh(appId, refused, fence));
    } catch (error) {
      journal.failed(appId, error);
      throw error;
    }
  };
};
