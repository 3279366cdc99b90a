import type { Clock } from '@app/kernel';
import type { AppDirectory, SessionKeyRepository } from '../repository.ts';
import type { WechatClient } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly wechat: WechatClient;
  readonly sessionKeys: SessionKeyRepository;
  readonly clock: Clock;
}

/** The session key is stored before anybody learns of the login, and goes no further. */
export const createExchangeLoginCode =
  ({ apps, wechat, sessionKeys, clock }: Deps): Usecases['exchangeLoginCode'] =>
  async ({ appId: wantedAppId, code }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    // Taken before the question: of two logins the one asked later holds the key that lives.
    const obtainedAtMs = clock.nowMs();
    const { openid, unionid, sessionKey } = await wechat.exchangeLoginCode(appId, code);
    await sessionKeys.save({ appId, openid, sessionKey, obtainedAtMs });
    return { appId, openid, unionid };
  };
