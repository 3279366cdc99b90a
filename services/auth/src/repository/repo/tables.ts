import { coreColumns, type ColumnsOf, type CoreTables, type SqlTime } from '@app/mysql';

export interface SessionTable {
  readonly id: string;
  readonly user_id: string;
  readonly provider: string;
  readonly device: string;
  readonly created_at: SqlTime;
  readonly last_used_at: SqlTime;
  readonly revoked_at: SqlTime | null;
  readonly expires_at: SqlTime;
}

export interface RefreshTokenTable {
  readonly id: string;
  readonly session_id: string;
  /** SHA-256 of the token, lower-case hex. */
  readonly token_hash: string;
  readonly status: 'current' | 'spent';
  readonly spent_at: SqlTime | null;
  /** Until then the same token gets `successor_sealed`; null again once that was wiped. */
  readonly grace_until: SqlTime | null;
  /** The next pair, sealed with a key that only the token itself yields. */
  readonly successor_sealed: string | null;
  readonly expires_at: SqlTime;
}

export interface RevocationTable {
  readonly kind: 'session' | 'user';
  readonly subject: string;
  readonly revoked_at: SqlTime;
  readonly expires_at: SqlTime;
  readonly reason: 'replaced' | null;
}

export interface AdminAccountTable {
  readonly id: string;
  readonly username: string;
  /** argon2id in PHC form. */
  readonly password_hash: string;
  readonly status: 'active' | 'disabled';
  /** Ids with commas between them. */
  readonly role_ids: string;
  readonly version: number;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface AdminRoleTable {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Marks with commas between them. */
  readonly actions: string;
  readonly version: number;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface AdminSessionTable {
  readonly account_id: string;
  readonly session_id: string;
  /** SHA-256 of the access token, lower-case hex. */
  readonly token_hash: string;
  readonly started_at: SqlTime;
  readonly expires_at: SqlTime;
}

export interface LoginAttemptTable {
  readonly scope_key: string;
  readonly failures: number;
  readonly expires_at: SqlTime;
}

/** Rows are only ever added; `hash` covers all of a row and the hash before it. */
export interface AuditEntryTable {
  readonly seq: number;
  readonly kind: 'intent' | 'outcome' | 'event';
  readonly at: SqlTime;
  readonly actor: string | null;
  readonly action: string;
  readonly route: string;
  readonly target: string;
  readonly request_id: string;
  readonly client_ip: string | null;
  readonly params_digest: string | null;
  readonly intent_seq: number | null;
  readonly status: number | null;
  readonly outcome: string | null;
  readonly previous_hash: string;
  readonly hash: string;
}

export interface AuditHeadTable {
  readonly id: number;
  readonly seq: number;
  readonly hash: string;
}

export interface BlockEntryTable {
  readonly id: string;
  readonly kind: 'user' | 'session' | 'ip';
  readonly subject: string;
  readonly reason: string;
  readonly created_by: string;
  readonly created_at: SqlTime;
  readonly expires_at: SqlTime | null;
  readonly is_active: number;
  readonly version: number;
  readonly changed_at: SqlTime;
}

export interface Tables extends CoreTables {
  readonly admin_account: AdminAccountTable;
  readonly admin_role: AdminRoleTable;
  readonly admin_session: AdminSessionTable;
  readonly login_attempt: LoginAttemptTable;
  readonly audit_entry: AuditEntryTable;
  readonly audit_head: AuditHeadTable;
  readonly block_entry: BlockEntryTable;
  readonly session: SessionTable;
  readonly refresh_token: RefreshTokenTable;
  readonly revocation: RevocationTable;
}

/** What the database says of these tables; a test compares the two. */
export const columns = {
  ...coreColumns,
  session: {
    id: 'char(26)',
    user_id: 'char(26)',
    provider: 'varchar(16)',
    device: 'varchar(200)',
    created_at: 'datetime(3)',
    last_used_at: 'datetime(3)',
    revoked_at: 'datetime(3) null',
    expires_at: 'datetime(3)',
  },
  refresh_token: {
    id: 'char(26)',
    session_id: 'char(26)',
    token_hash: 'char(64)',
    status: 'varchar(8)',
    spent_at: 'datetime(3) null',
    grace_until: 'datetime(3) null',
    successor_sealed: 'varchar(4096) null',
    expires_at: 'datetime(3)',
  },
  revocation: {
    kind: 'varchar(8)',
    subject: 'char(26)',
    revoked_at: 'datetime(3)',
    expires_at: 'datetime(3)',
    reason: 'varchar(16) null',
  },
  admin_account: {
    id: 'char(26)',
    username: 'varchar(32)',
    password_hash: 'varchar(255)',
    status: 'varchar(8)',
    role_ids: 'varchar(1024)',
    version: 'int unsigned',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  admin_role: {
    id: 'char(26)',
    name: 'varchar(64)',
    description: 'varchar(200)',
    actions: 'mediumtext',
    version: 'int unsigned',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  admin_session: {
    account_id: 'char(26)',
    session_id: 'char(26)',
    token_hash: 'char(64)',
    started_at: 'datetime(3)',
    expires_at: 'datetime(3)',
  },
  login_attempt: {
    scope_key: 'char(64)',
    failures: 'int unsigned',
    expires_at: 'datetime(3)',
  },
  audit_entry: {
    seq: 'bigint unsigned',
    kind: 'varchar(8)',
    at: 'datetime(3)',
    actor: 'varchar(26) null',
    action: 'varchar(100)',
    route: 'varchar(200)',
    target: 'varchar(200)',
    request_id: 'varchar(64)',
    client_ip: 'varchar(64) null',
    params_digest: 'char(64) null',
    intent_seq: 'bigint unsigned null',
    status: 'int unsigned null',
    outcome: 'varchar(64) null',
    previous_hash: 'char(64)',
    hash: 'char(64)',
  },
  audit_head: {
    id: 'tinyint unsigned',
    seq: 'bigint unsigned',
    hash: 'char(64)',
  },
  block_entry: {
    id: 'char(26)',
    kind: 'varchar(8)',
    subject: 'varchar(64)',
    reason: 'varchar(200)',
    created_by: 'varchar(26)',
    created_at: 'datetime(3)',
    expires_at: 'datetime(3) null',
    is_active: 'tinyint',
    version: 'int unsigned',
    changed_at: 'datetime(3)',
  },
} as const satisfies ColumnsOf<Tables>;
