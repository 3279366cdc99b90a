import { coreColumns, type ColumnsOf, type CoreTables, type SqlTime } from '@app/mysql';

export interface WechatSessionTable {
  readonly app_id: string;
  readonly openid: string;
  /** Sealed for `wechat-ccs.session-key:<app_id>:<openid>`. */
  readonly session_key_sealed: string;
  readonly obtained_at: SqlTime;
}

export interface ApiQuotaTable {
  readonly app_id: string;
  readonly quota: string;
  /** `quotaWindow` of the time of the call. */
  readonly quota_window: number;
  readonly used: number;
}

export interface WechatAppTable {
  readonly app_id: string;
  readonly kind: 'mini_program' | 'official_account';
  readonly display_name: string;
  /** Sealed for `wechat-ccs.app-secret:<app_id>`; null: the environment has it. */
  readonly secret_sealed: string | null;
  readonly token_kind: 'stable' | 'classic';
  readonly is_enabled: number;
  /** Sealed for `wechat-ccs.push-token:<app_id>`. */
  readonly push_token_sealed: string | null;
  /** Sealed for `wechat-ccs.push-aes-key:<app_id>`. */
  readonly push_aes_key_sealed: string | null;
  readonly row_version: number;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

/** One row per app whose token was ever forced. */
export interface TokenForceTable {
  readonly app_id: string;
  readonly forced_at: SqlTime;
}

export interface Tables extends CoreTables {
  readonly api_quota: ApiQuotaTable;
  readonly token_force: TokenForceTable;
  readonly wechat_app: WechatAppTable;
  readonly wechat_session: WechatSessionTable;
}

/** What the migrations made of it, for the test that compares the two. */
export const columns = {
  ...coreColumns,
  api_quota: {
    app_id: 'varchar(64)',
    quota: 'varchar(32)',
    quota_window: 'int',
    used: 'int',
  },
  token_force: {
    app_id: 'varchar(64)',
    forced_at: 'datetime(3)',
  },
  wechat_app: {
    app_id: 'varchar(64)',
    kind: 'varchar(16)',
    display_name: 'varchar(64)',
    secret_sealed: 'varchar(512) null',
    token_kind: 'varchar(8)',
    is_enabled: 'tinyint(1)',
    push_token_sealed: 'varchar(255) null',
    push_aes_key_sealed: 'varchar(255) null',
    row_version: 'int',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  wechat_session: {
    app_id: 'varchar(64)',
    openid: 'varchar(64)',
    session_key_sealed: 'varchar(255)',
    obtained_at: 'datetime(3)',
  },
} as const satisfies ColumnsOf<Tables>;
