import type { Clock } from '@app/kernel';
import { isUsable, tokenState } from '../../domain/access-token.ts';
import type { AccessTokenStore } from '../../repository.ts';
import { wechatCcsError } from '../../errors.ts';
import type { SharedWork, TokenKeeper, TokenRefused } from '../../service.ts';
import type { RefreshAccessToken } from './refresh-access-token.ts';

interface Deps {
  readonly tokens: AccessTokenStore;
  readonly shared: SharedWork;
  readonly refresh: RefreshAccessToken;
  readonly clock: Clock;
}

/** While a refresh ahead of time fails or gives nothing new, the next try waits this long. */
const REFRESH_AHEAD_PAUSE_MS = 10_000;

const isRefusal = (answer: { readonly outcome: string }): answer is TokenRefused =>
  answer.outcome === 'token_refused';

export const createTokenKeeper = ({ tokens, shared, refresh, clock }: Deps): TokenKeeper => {
  const current: TokenKeeper['current'] = async (appId) => {
    const token = await tokens.find(appId);
    const nowMs = clock.nowMs();
    if (!isUsable(token, nowMs)) return shared.join(appId, () => refresh(appId));
    if (tokenState(token, nowMs) === 'ageing') {
      shared.kickOff(appId, REFRESH_AHEAD_PAUSE_MS, () => refresh(appId));
    }
    return token;
  };

  const replace: TokenKeeper['replace'] = async (appId, refused) => {
    const token = await tokens.find(appId);
    if (!isUsable(token, clock.nowMs())) return shared.join(appId, () => refresh(appId));
    if (token.text !== refused) return token;
    return shared.join(`${appId} without ${refused}`, () => refresh(appId, refused));
  };

  return {
    current,
    replace,
    async withToken<R extends { readonly outcome: string }>(
      appId: string,
      call: (accessToken: string) => Promise<R | TokenRefused>,
    ) {
      const first = await current(appId);
      const answer = await call(first.text);
      if (!isRefusal(answer)) return answer as Exclude<R, TokenRefused>;
      const second = await replace(appId, first.text);
      const again = await call(second.text);
      if (!isRefusal(again)) return again as Exclude<R, TokenRefused>;
      throw wechatCcsError('UPSTREAM_WECHAT_REJECTED', {
        message: `WeChat refused two access tokens of ${appId} in a row`,
        data: { errcode: again.errcode },
      });
    },
  };
};
