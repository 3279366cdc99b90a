import type {
  LoginResult,
  ParamsOf,
  ResultOf,
  Revocation,
  SessionView,
  TokenPair,
  auth,
} from '@app/contracts';
import type { TransactionScope } from './repository.ts';

/** The signed-in user, as the gateway checked it. */
export interface SignedIn {
  readonly userId: string;
  readonly sessionId: string;
}

/** What this service can do: one entry per file in `usecase/`. */
export interface Usecases {
  /** @throws WECHAT_CODE_INVALID, WECHAT_LOGIN_BLOCKED, USER_FROZEN, UPSTREAM_WECHAT_… */
  loginWithWechat(command: {
    readonly code: string;
    readonly userAgent: string | undefined;
  }): Promise<LoginResult>;
  /** @throws REFRESH_TOKEN_INVALID, REFRESH_TOKEN_EXPIRED, REFRESH_TOKEN_REUSED, TOKEN_REVOKED */
  refreshTokens(command: {
    readonly refreshToken: string;
    readonly userAgent: string | undefined;
  }): Promise<TokenPair>;
  logout(command: SignedIn): Promise<void>;
  listMySessions(query: SignedIn): Promise<readonly SessionView[]>;
  /** @throws SESSION_NOT_FOUND */
  endMySession(command: { readonly userId: string; readonly sessionId: string }): Promise<void>;
  endAllMySessions(command: { readonly userId: string }): Promise<void>;
  /** @throws WECHAT_PHONE_CODE_INVALID, PHONE_BOUND_TO_OTHER_ACCOUNT, USER_NOT_FOUND, UPSTREAM_WECHAT_… */
  bindWechatPhone(command: {
    readonly userId: string;
    readonly code: string;
  }): Promise<ResultOf<typeof auth.actions.bindWechatPhone>>;
  listRevocations(
    query: ParamsOf<typeof auth.actions.listRevocations>,
  ): Promise<ResultOf<typeof auth.actions.listRevocations>>;
  /** Within the transaction of the fact that says so. @returns what gateways must be told after it */
  endSessionsOfFrozenUser(command: {
    readonly userId: string;
    readonly scope: TransactionScope;
  }): Promise<readonly Revocation[]>;
  /** @returns how many rows went */
  purgeExpired(command: { readonly batchSize: number }): Promise<number>;
}
