import type { IdentityKey, Revocation } from '@app/contracts';
import { DomainError, maskPhone, type Clock } from '@app/kernel';
import type {
  RevocationHints,
  TokenMint,
  UserClient,
  VerifiedPhone,
  WechatClient,
} from '../../src/service.ts';
import { createLoginWithWechat } from '../../src/usecase/login-with-wechat.ts';
import { ids, NOON_MS } from './builders.ts';
import { createMemoryStore } from './memory-store.ts';

/** WeChat by agreement: the code `code-<openid>` is good once, `phone-<number>` likewise. */
const fakeWechat = (): WechatClient => {
  const spent = new Set<string>();
  const redeem = (code: string, prefix: string, refusal: string): string => {
    if (!code.startsWith(prefix) || spent.has(code)) {
      throw new DomainError(refusal, 'unauthenticated');
    }
    spent.add(code);
    return code.slice(prefix.length);
  };
  return {
    exchangeLoginCode: async (code) => {
      await Promise.resolve();
      const openid = redeem(code, 'code-', 'WECHAT_CODE_INVALID');
      return { appId: 'wxapp', openid, unionid: openid.includes('union') ? `u-${openid}` : null };
    },
    exchangePhoneCode: async (code) => {
      await Promise.resolve();
      return { phone: redeem(code, 'phone-', 'WECHAT_PHONE_CODE_INVALID'), countryCode: '86' };
    },
  };
};

/** The user service by agreement, with what it was asked. */
const fakeUsers = () => {
  const byKey = new Map<string, string>();
  const frozen = new Set<string>();
  const asked: (readonly IdentityKey[])[] = [];
  const bound: { userId: string; phone: VerifiedPhone }[] = [];
  const client: UserClient = {
    findOrCreateByIdentity: async (keys) => {
      await Promise.resolve();
      asked.push(keys);
      const known = keys
        .map((key) => byKey.get(JSON.stringify(key)))
        .find((id) => id !== undefined);
      const id = known ?? ids.next();
      for (const key of keys) byKey.set(JSON.stringify(key), id);
      if (frozen.has(id)) throw new DomainError('USER_FROZEN', 'forbidden');
      const profile = {
        id,
        nickname: '微信用户',
        avatarUrl: '',
        bio: '不给登录看的',
        phone: null,
        createdAt: '2026-11-20T08:00:00.123Z',
      };
      return { profile, isNew: known === undefined };
    },
    isFrozen: (userId) => Promise.resolve(frozen.has(userId)),
    bindPhone: (userId, phone) => {
      bound.push({ userId, phone });
      return Promise.resolve({ phone: maskPhone(phone.phone) });
    },
  };
  return { client, frozen, asked, bound };
};

/** Tokens that can be read: `rt_1`, and the claims as JSON. */
const readableMint = (): TokenMint => {
  let count = 0;
  return {
    newRefreshToken: () => `rt_${String((count += 1))}`,
    signAccessToken: (claims) => JSON.stringify(claims),
    signAdminToken: (claims) => JSON.stringify(claims),
  };
};

/** Everything a use-case may ask for, in memory, with what it was told. */
export const buildDeps = () => {
  const store = createMemoryStore();
  const time = { nowMs: NOON_MS };
  const clock: Clock = { nowMs: () => time.nowMs };
  const hinted: Revocation[] = [];
  const hints: RevocationHints = {
    revoked: (revocations) => {
      hinted.push(...revocations);
      return Promise.resolve();
    },
  };
  const neighbour = fakeUsers();
  return {
    ...store,
    clock,
    ids,
    time,
    hints,
    hinted,
    mint: readableMint(),
    wechat: fakeWechat(),
    users: neighbour.client,
    neighbour,
  };
};

export type Deps = ReturnType<typeof buildDeps>;

let logins = 0;

/** Signs somebody in; the same openid is the same person. */
export const signIn = async (deps: Deps, openid = `o${String((logins += 1))}`) => {
  // Each code is good once, so the fake is asked anew for every sign-in.
  const login = createLoginWithWechat({ ...deps, wechat: fakeWechat() });
  const result = await login({ code: `code-${openid}`, userAgent: 'MicroMessenger/8.0' });
  const claims = JSON.parse(result.accessToken) as { sub: string; sid: string; ims: number };
  return { ...result, userId: claims.sub, sessionId: claims.sid, claims };
};
