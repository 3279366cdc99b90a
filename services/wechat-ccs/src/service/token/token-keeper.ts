import type { CredentialKeeper } from '@app/credentials';
import { wechatCcsError } from '../../errors.ts';
import { tokenRefusals } from '../../metrics.ts';
import type { TokenKeeper, TokenRefused } from '../../service.ts';

const isRefusal = (answer: { readonly outcome: string }): answer is TokenRefused =>
  answer.outcome === 'token_refused';

/** The mechanism of `@app/credentials`, and what only calls of WeChat need. */
export const createTokenKeeper = (
  keeper: Pick<CredentialKeeper, 'current' | 'replace' | 'renew' | 'refreshIfDue'>,
): TokenKeeper => ({
  current: keeper.current,
  renew: keeper.renew,
  async ensure(appId) {
    await keeper.refreshIfDue(appId);
    return keeper.current(appId);
  },
  replace(appId, refused) {
    tokenRefusals.inc({ app: appId, source: 'reported' });
    return keeper.replace(appId, refused);
  },
  async withToken<R extends { readonly outcome: string }>(
    appId: string,
    call: (accessToken: string) => Promise<R | TokenRefused>,
  ) {
    const first = await keeper.current(appId);
    const answer = await call(first.text);
    if (!isRefusal(answer)) return answer as Exclude<R, TokenRefused>;
    tokenRefusals.inc({ app: appId, source: 'own' });
    const second = await keeper.replace(appId, first.text);
    const again = await call(second.text);
    if (!isRefusal(again)) return again as Exclude<R, TokenRefused>;
    throw wechatCcsError('UPSTREAM_WECHAT_REJECTED', {
      message: `WeChat refused two access tokens of ${appId} in a row`,
      data: { errcode: again.errcode },
    });
  },
});
