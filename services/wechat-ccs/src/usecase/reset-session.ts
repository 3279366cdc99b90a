import { toRfc3339, type Clock } from '@app/kernel';
import { wechatCcsError } from '../errors.ts';
import type { AppDirectory, SessionKeyRepository } from '../repository.ts';
import type { SessionCrypto, WechatSessions } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly sessionKeys: SessionKeyRepository;
  readonly crypto: Pick<SessionCrypto, 'sign'>;
  readonly sessions: Pick<WechatSessions, 'reset'>;
  readonly clock: Clock;
}

/** When the answer gets lost the stored key is dead: `checkSession` tells, the next login heals it. */
export const createResetSession =
  ({ apps, sessionKeys, crypto, sessions, clock }: Deps): Usecases['resetSession'] =>
  async ({ appId: wantedAppId, openid }) => {
    const { appId } = apps.getMiniProgram(wantedAppId);
    const stored = await sessionKeys.find(appId, openid);
    if (stored === undefined) throw wechatCcsError('WECHAT_SESSION_UNKNOWN');
    // Taken before the question, as at a login: what was asked for later wins.
    const obtainedAtMs = clock.nowMs();
    const sessionKey = await sessions.reset(appId, openid, crypto.sign(stored.sessionKey));
    await sessionKeys.save({ appId, openid, sessionKey, obtainedAtMs });
    return { appId, openid, obtainedAt: toRfc3339(obtainedAtMs) };
  };
