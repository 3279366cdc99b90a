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
}

export interface Tables extends CoreTables {
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
  },
} as const satisfies ColumnsOf<Tables>;
