import type { IdentityKey, LoginResult, UserProfile } from '@app/contracts';
import type { Clock, Ids } from '@app/kernel';
import { newRefreshToken } from '../domain/refresh-token.ts';
import { deviceOf, endSession, endSurplus, type Session } from '../domain/session.ts';
import { accessTokenClaims, tokenPair } from '../domain/token-pair.ts';
import { authError } from '../errors.ts';
import type { SessionRepository, SessionsOfUser } from '../repository.ts';
import type { TokenMint, UserClient, WechatClient } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly wechat: WechatClient;
  readonly users: UserClient;
  readonly sessions: SessionRepository;
  readonly mint: TokenMint;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createLoginWithWechat = (deps: Deps): Usecases['loginWithWechat'] => {
  const { wechat, users, sessions, mint, clock, ids } = deps;

  const startSession = (userId: string, device: string) => (current: SessionsOfUser) => {
    const nowMs = clock.nowMs();
    // A token as old as the last "log out everywhere" would be dead on arrival.
    const issuedAtMs = Math.max(nowMs, (current.revokedUpToMs ?? 0) + 1);
    const sessionId = ids.next();
    const refreshToken = mint.newRefreshToken();
    const token = newRefreshToken(refreshToken, { id: ids.next(), sessionId, nowMs });
    const session: Session = {
      id: sessionId,
      userId,
      provider: 'wechat',
      device,
      createdAtMs: nowMs,
      lastUsedAtMs: issuedAtMs,
      revokedAtMs: null,
      expiresAtMs: token.expiresAtMs,
    };
    const surplus = endSurplus(current.sessions, nowMs);
    const started = { userId, sessionId, provider: session.provider, startedAtMs: nowMs };
    const accessToken = mint.signAccessToken(accessTokenClaims({ userId, sessionId }, issuedAtMs));
    return {
      change: {
        newSession: session,
        newToken: token,
        sessions: surplus.sessions,
        revocations: surplus.revocations,
        facts: [{ name: 'sessionStarted', payload: started } as const, ...surplus.facts],
      },
      result: { sessionId, pair: tokenPair(accessToken, refreshToken) },
    };
  };

  return async ({ code, userAgent }) => {
    const who = await wechat.exchangeLoginCode(code);
    const { profile, isNew } = await users.findOrCreateByIdentity(identityKeys(who));
    const { sessionId, pair } = await sessions.start(
      profile.id,
      startSession(profile.id, deviceOf(userAgent)),
    );
    // Asked again after the session is there: a freeze before this moment is seen here, one after
    // it finds the session. Asked only before, a freeze in between would leave a live session.
    if (await users.isFrozen(profile.id)) {
      await sessions.end(sessionId, (session) => endSession(session, 'frozen', clock.nowMs()));
      throw authError('USER_FROZEN', { data: { userId: profile.id } });
    }
    return { ...pair, user: loginUser(profile, isNew) };
  };
};

/** The openid decides who it is; the unionid recognises the person from our other apps. */
const identityKeys = (
  who: Awaited<ReturnType<WechatClient['exchangeLoginCode']>>,
): readonly IdentityKey[] => [
  { provider: 'wechat', realm: who.appId, subject: who.openid },
  ...(who.unionid === null
    ? []
    : [{ provider: 'wechat-union', realm: '', subject: who.unionid } as const]),
];

const loginUser = (profile: UserProfile, isNew: boolean): LoginResult['user'] => ({
  id: profile.id,
  nickname: profile.nickname,
  avatarUrl: profile.avatarUrl,
  phone: profile.phone,
  isNew,
});
