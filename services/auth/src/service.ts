import type {
  AccessTokenClaims,
  AdminTokenClaims,
  Block,
  IdentityKey,
  MarkView,
  Revocation,
  UserProfile,
} from '@app/contracts';

/** Who stands behind the codes that WeChat hands to the mini program. */
export interface WechatClient {
  /** @throws WECHAT_CODE_INVALID, WECHAT_LOGIN_BLOCKED, UPSTREAM_WECHAT_… */
  exchangeLoginCode(code: string): Promise<{
    readonly appId: string;
    readonly openid: string;
    readonly unionid: string | null;
  }>;
  /** @throws WECHAT_PHONE_CODE_INVALID, UPSTREAM_WECHAT_… */
  exchangePhoneCode(code: string): Promise<VerifiedPhone>;
}

export interface VerifiedPhone {
  readonly phone: string;
  readonly countryCode: string;
}

export interface UserClient {
  /** @throws USER_FROZEN */
  findOrCreateByIdentity(
    keys: readonly IdentityKey[],
  ): Promise<{ readonly profile: UserProfile; readonly isNew: boolean }>;
  /** The newest state, never a remembered one. @throws USER_NOT_FOUND */
  isFrozen(userId: string): Promise<boolean>;
  /** @returns the number masked. @throws USER_NOT_FOUND, PHONE_BOUND_TO_OTHER_ACCOUNT */
  bindPhone(userId: string, phone: VerifiedPhone): Promise<{ readonly phone: string }>;
}

/** Where secrets come from. */
export interface TokenMint {
  /** 256 random bits in base64url, behind `rt_`. */
  newRefreshToken(): string;
  /** A signed JWT that says exactly this. */
  signAccessToken(claims: AccessTokenClaims): string;
  /** The same with the key of admins. */
  signAdminToken(claims: AdminTokenClaims): string;
}

/** Tells every gateway what to refuse. */
export interface RevocationHints {
  /** Resolves when the message is on the bus ahead of anything sent later, such as our answer. */
  revoked(revocations: readonly Revocation[]): Promise<void>;
}

/** Passwords of admins, slow to guess. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes the same time without a `known` hash, and is false then. */
  verify(password: string, known: string | undefined): Promise<boolean>;
}

/** Runs work under the same name one after another within this process. */
export type OneByOne = <R>(name: string, work: () => Promise<R>) => Promise<R>;

/** Every action mark that a route of the suite declares. */
export interface KnownMarks {
  list(): readonly MarkView[];
}

/** Tells every gateway what is blocked, or no longer. */
export interface BlockHints {
  /** Resolves when the message is on the bus ahead of anything sent later. */
  changed(blocks: readonly Block[]): Promise<void>;
}

/** Addresses and blocks of addresses, IPv4 and IPv6. */
export interface Networks {
  /** `192.0.2.7` → `192.0.2.7/32`, `192.0.2.7/24` → `192.0.2.0/24`; undefined: no block, or too wide a one. */
  canonical(text: string): string | undefined;
  contains(block: string, address: string): boolean;
}
