import type { AppDirectory, SessionKeyRepository } from '../repository.ts';
import type { SessionCrypto, WechatSessions } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly sessionKeys: SessionKeyRepository;
  readonly crypto: Pick<SessionCrypto, 'sign'>;
  readonly sessions: Pick<WechatSessions, 'check'>;
}

export const createCheckSession =
  ({ apps, sessionKeys, crypto, sessions }: Deps): Usecases['checkSession'] =>
  async ({ appId: wantedAppId, openid }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const isHonoured = (sessionKey: string) =>
      sessions.check(appId, openid, crypto.sign(sessionKey));

    const stored = await sessionKeys.find(appId, openid);
    if (stored === undefined) return { state: 'none' };
    if (await isHonoured(stored.sessionKey)) return { state: 'valid' };
    // The user may have signed in while we asked: then it was the old key that WeChat refused.
    const newer = await sessionKeys.find(appId, openid);
    if (newer === undefined || newer.sessionKey === stored.sessionKey) return { state: 'stale' };
    return { state: (await isHonoured(newer.sessionKey)) ? 'valid' : 'stale' };
  };
