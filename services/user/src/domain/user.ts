import type { IdentityKey } from './identity.ts';
import { samePhone, type Phone } from './phone.ts';
import type { UserFact } from './user-fact.ts';

export type UserStatus = 'active' | 'frozen';

export interface User {
  readonly id: string;
  readonly nickname: string;
  /** Empty when there is none. */
  readonly avatarUrl: string;
  readonly bio: string;
  readonly phone: Phone | null;
  readonly status: UserStatus;
  /** Why an operator froze the account; null while it is active. */
  readonly frozenReason: string | null;
  readonly frozenAtMs: number | null;
  readonly createdAtMs: number;
}

/** A new state with the facts it makes true; no facts means nothing changed that others must know. */
export interface UserChange {
  readonly next: User;
  readonly facts: readonly UserFact[];
}

export interface ProfilePatch {
  readonly nickname?: string;
  readonly avatarUrl?: string;
  readonly bio?: string;
}

const nicknamePrefix = {
  wechat: '微信用户',
  'wechat-union': '微信用户',
  douyin: '抖音用户',
  'douyin-union': '抖音用户',
} as const satisfies Record<IdentityKey['provider'], string>;

/** Tells people without a nickname apart without telling anything about them. */
const defaultNickname = (provider: IdentityKey['provider'], userId: string): string =>
  `${nicknamePrefix[provider]}${userId.slice(-6)}`;

export const registerUser = (
  provider: IdentityKey['provider'],
  { userId, nowMs }: { readonly userId: string; readonly nowMs: number },
): UserChange => ({
  next: {
    id: userId,
    nickname: defaultNickname(provider, userId),
    avatarUrl: '',
    bio: '',
    phone: null,
    status: 'active',
    frozenReason: null,
    frozenAtMs: null,
    createdAtMs: nowMs,
  },
  facts: [{ name: 'registered', payload: { userId, provider, registeredAtMs: nowMs } }],
});

/** Applies only the fields that were sent, so that two edits of different fields both survive. */
export const patchProfile = (user: User, patch: ProfilePatch): User => ({
  ...user,
  nickname: patch.nickname === undefined ? user.nickname : patch.nickname.trim(),
  avatarUrl: patch.avatarUrl ?? user.avatarUrl,
  bio: patch.bio ?? user.bio,
});

/** Binding the number that is bound already changes nothing and tells nobody. */
export const bindPhone = (user: User, phone: Phone, nowMs: number): UserChange =>
  samePhone(user.phone, phone)
    ? { next: user, facts: [] }
    : {
        next: { ...user, phone },
        facts: [{ name: 'phoneBound', payload: { userId: user.id, boundAtMs: nowMs } }],
      };

/** Freezing a frozen account keeps the first reason and moment. */
export const freeze = (user: User, reason: string, nowMs: number): UserChange =>
  user.status === 'frozen'
    ? { next: user, facts: [] }
    : {
        next: { ...user, status: 'frozen', frozenReason: reason, frozenAtMs: nowMs },
        facts: [{ name: 'frozen', payload: { userId: user.id, reason, frozenAtMs: nowMs } }],
      };

export const unfreeze = (user: User, nowMs: number): UserChange =>
  user.status === 'active'
    ? { next: user, facts: [] }
    : {
        next: { ...user, status: 'active', frozenReason: null, frozenAtMs: null },
        facts: [{ name: 'unfrozen', payload: { userId: user.id, unfrozenAtMs: nowMs } }],
      };
