import type {
  AdminLogin,
  AdminView,
  AuditEntry,
  BlockView,
  LoginResult,
  MarkView,
  ParamsOf,
  ResultOf,
  Revocation,
  RoleView,
  SessionView,
  TokenPair,
  auth,
} from '@app/contracts';
import type { AuditRecord } from './domain/admin/audit-chain.ts';
import type { Actor } from './domain/admin/directory-change.ts';
import type { TransactionScope } from './repository.ts';

type Actions = typeof auth.actions;

/** A request of an admin: its params, and who sent it. */
export type ByAdmin<Params> = Params & { readonly actor: Actor };

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** The signed-in admin, as the gateway checked it. */
export interface SignedInAdmin {
  readonly adminId: string;
  readonly sessionId: string;
}

/** Admins, roles and their sessions. Every change that takes marks away ends sessions at once. */
export interface AdminUsecases {
  /** @throws ADMIN_LOGIN_INVALID, ADMIN_LOGIN_LOCKED, ADMIN_DISABLED */
  loginAdmin(
    command: ParamsOf<Actions['loginAdmin']> & { readonly clientIp: string | undefined },
  ): Promise<AdminLogin>;
  logoutAdmin(command: SignedInAdmin): Promise<void>;
  /** @throws ADMIN_LOGIN_INVALID, ADMIN_LOGIN_LOCKED, ADMIN_PASSWORD_WEAK, ADMIN_NOT_FOUND */
  changeOwnPassword(
    command: ParamsOf<Actions['changeOwnPassword']> & {
      readonly adminId: string;
      readonly clientIp: string | undefined;
    },
  ): Promise<void>;
  listAdmins(query: ParamsOf<Actions['listAdmins']>): Promise<Page<AdminView>>;
  /** @throws ADMIN_NOT_FOUND */
  getAdmin(query: ParamsOf<Actions['getAdmin']>): Promise<AdminView>;
  createAdmin(command: ByAdmin<ParamsOf<Actions['createAdmin']>>): Promise<AdminView>;
  updateAdmin(command: ByAdmin<ParamsOf<Actions['updateAdmin']>>): Promise<AdminView>;
  deleteAdmin(command: ByAdmin<ParamsOf<Actions['deleteAdmin']>>): Promise<void>;
  listRoles(query: ParamsOf<Actions['listRoles']>): Promise<Page<RoleView>>;
  /** @throws ROLE_NOT_FOUND */
  getRole(query: ParamsOf<Actions['getRole']>): Promise<RoleView>;
  createRole(command: ByAdmin<ParamsOf<Actions['createRole']>>): Promise<RoleView>;
  updateRole(command: ByAdmin<ParamsOf<Actions['updateRole']>>): Promise<RoleView>;
  deleteRole(command: ByAdmin<ParamsOf<Actions['deleteRole']>>): Promise<void>;
  listMarks(): Promise<readonly MarkView[]>;
  /** @throws ADMIN_USERNAME_TAKEN, ADMIN_PASSWORD_WEAK, ADMIN_LIMIT_REACHED */
  createOwner(command: ParamsOf<Actions['createOwner']>): Promise<AdminView>;
  /** @throws ADMIN_NOT_FOUND, ADMIN_PASSWORD_WEAK */
  resetAdminPassword(command: ParamsOf<Actions['resetAdminPassword']>): Promise<void>;
}

/** The signed-in user, as the gateway checked it. */
export interface SignedIn {
  readonly userId: string;
  readonly sessionId: string;
}

/** The log of what admins and operators did. */
export interface AuditUsecases {
  beginAdminWrite(
    command: Pick<AuditRecord, 'actor' | 'action' | 'route' | 'target' | 'requestId'> & {
      readonly clientIp?: string | undefined;
      readonly paramsDigest?: string | undefined;
    },
  ): Promise<{ readonly seq: number }>;
  /** @throws AUDIT_INTENT_UNKNOWN */
  completeAdminWrite(command: ParamsOf<Actions['completeAdminWrite']>): Promise<void>;
  recordAdminEvent(
    command: Pick<
      AuditRecord,
      'actor' | 'action' | 'route' | 'target' | 'requestId' | 'status' | 'outcome'
    > & { readonly clientIp: string | undefined },
  ): Promise<void>;
  listAuditLog(query: ParamsOf<Actions['listAuditLog']>): Promise<Page<AuditEntry>>;
  verifyAuditLog(
    query: ParamsOf<Actions['verifyAuditLog']>,
  ): Promise<ResultOf<Actions['verifyAuditLog']>>;
}

/** The blacklist. */
export interface BlockUsecases {
  /** @throws BLOCK_SUBJECT_INVALID, BLOCK_OWN_ADDRESS, BLOCK_LIMIT_REACHED */
  addBlock(
    command: ParamsOf<Actions['addBlock']> & {
      readonly adminId: string;
      readonly clientIp: string | undefined;
    },
  ): Promise<BlockView>;
  listBlocks(query: ParamsOf<Actions['listBlocks']>): Promise<Page<BlockView>>;
  /** @throws BLOCK_NOT_FOUND */
  removeBlock(command: ParamsOf<Actions['removeBlock']>): Promise<void>;
  listBlockChanges(
    query: ParamsOf<Actions['listBlockChanges']>,
  ): Promise<ResultOf<Actions['listBlockChanges']>>;
}

/** What this service can do: one entry per file in `usecase/`. */
export interface Usecases extends AdminUsecases, AuditUsecases, BlockUsecases {
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
