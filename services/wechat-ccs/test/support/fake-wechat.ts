import type { FetchMode } from '../../src/domain/access-token.ts';
import { wechatCcsError } from '../../src/errors.ts';
import type { WechatClient } from '../../src/service.ts';

/** As much of WeChat as the token rules need: one stable token, rotated by force or under 300 s. */
export const createFakeWechat = (nowMs: () => number) => {
  const fetches: FetchMode[] = [];
  const state = {
    serial: 1,
    expiresAtMs: nowMs() + 7_200_000,
    isDown: false,
    /** What force is answered with; 0: it is carried out. */
    forceErrcode: 0,
    /** Answers wait for this, as when WeChat hangs. */
    hanging: undefined as Promise<void> | undefined,
  };
  const issue = () => {
    state.serial += 1;
    state.expiresAtMs = nowMs() + 7_200_000;
  };
  const client: WechatClient = {
    clearQuota: () => Promise.resolve(),
    exchangeLoginCode: (appId, code) =>
      code === 'bad'
        ? Promise.reject(wechatCcsError('WECHAT_CODE_INVALID'))
        : Promise.resolve({
            openid: `o-${code}-${appId}`,
            unionid: null,
            sessionKey: `key-of-${code}`,
          }),
    async fetchAccessToken(_appId, mode) {
      fetches.push(mode);
      await state.hanging;
      if (state.isDown) throw wechatCcsError('UPSTREAM_WECHAT_UNAVAILABLE');
      if (mode === 'forced' && state.forceErrcode !== 0) {
        throw wechatCcsError('UPSTREAM_WECHAT_REJECTED', { data: { errcode: state.forceErrcode } });
      }
      if (mode !== 'normal' || state.expiresAtMs - nowMs() < 300_000) issue();
      return {
        text: `token-${state.serial}`,
        expiresInSeconds: Math.floor((state.expiresAtMs - nowMs()) / 1000),
      };
    },
  };
  /** A call that needs the current token and answers with `value`. */
  const withCurrentToken =
    <R extends object>(value: R) =>
    (accessToken: string) =>
      Promise.resolve(
        accessToken === `token-${state.serial}`
          ? { outcome: 'answered' as const, ...value }
          : { outcome: 'token_refused' as const, errcode: 40001 },
      );
  return {
    client,
    fetches,
    state,
    withCurrentToken,
    /** Somebody else forces a refresh. */ rotate: issue,
  };
};
