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

export interface PushMessageTable {
  readonly app_id: string;
  /** Hex SHA-256: of MsgId, or of the whole content where there is none. */
  readonly dedupe_key: string;
  readonly msg_type: string;
  readonly event: string | null;
  readonly received_at: SqlTime;
}

export interface MediaCheckTable {
  readonly app_id: string;
  readonly trace_id: string;
  /** The asker's own name for it; null also when nobody here asked. */
  readonly reference: string | null;
  readonly asked_at: SqlTime;
  /** When its verdict was told. */
  readonly decided_at: SqlTime | null;
}

export interface ShippingUploadTable {
  readonly app_id: string;
  /** `t <transaction id>` or `m <mchid> <out_trade_no>` */
  readonly payment: string;
  readonly uploaded_at: SqlTime;
}

export interface SubscribeMessageTable {
  readonly app_id: string;
  /** Chosen by whoever has it sent; the user's messages differ in it. */
  readonly message_key: string;
  readonly attempt_id: string;
  readonly openid: string;
  readonly template_id: string;
  /** SHA-256 of the message as it was asked for; its text is not kept. */
  readonly content_hash: string;
  readonly status: 'pending' | 'sent' | 'refused' | 'unknown';
  readonly errcode: number | null;
  readonly field: string | null;
  readonly msg_id: string | null;
  readonly has_grant: number;
  readonly started_at: SqlTime;
  readonly settled_at: SqlTime | null;
}

export interface SubscribeGrantTable {
  readonly app_id: string;
  readonly openid: string;
  readonly template_id: string;
  readonly remaining: number;
  readonly last_event: 'accepted' | 'rejected' | 'switched_off' | 'sent_elsewhere';
  readonly last_event_at: SqlTime;
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
  readonly push_message: PushMessageTable;
  readonly media_check: MediaCheckTable;
  readonly shipping_upload: ShippingUploadTable;
  readonly subscribe_grant: SubscribeGrantTable;
  readonly subscribe_message: SubscribeMessageTable;
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
  push_message: {
    app_id: 'varchar(64)',
    dedupe_key: 'char(64)',
    msg_type: 'varchar(64)',
    event: 'varchar(128) null',
    received_at: 'datetime(3)',
  },
  media_check: {
    app_id: 'varchar(64)',
    trace_id: 'varchar(128)',
    reference: 'varchar(128) null',
    asked_at: 'datetime(3)',
    decided_at: 'datetime(3) null',
  },
  shipping_upload: {
    app_id: 'varchar(64)',
    payment: 'varchar(140)',
    uploaded_at: 'datetime(3)',
  },
  subscribe_grant: {
    app_id: 'varchar(64)',
    openid: 'varchar(64)',
    template_id: 'varchar(64)',
    remaining: 'int',
    last_event: 'varchar(16)',
    last_event_at: 'datetime(3)',
  },
  subscribe_message: {
    app_id: 'varchar(64)',
    message_key: 'varchar(128)',
    attempt_id: 'char(26)',
    openid: 'varchar(64)',
    template_id: 'varchar(64)',
    content_hash: 'char(64)',
    status: 'varchar(8)',
    errcode: 'int null',
    field: 'varchar(32) null',
    msg_id: 'varchar(32) null',
    has_grant: 'tinyint',
    started_at: 'datetime(3)',
    settled_at: 'datetime(3) null',
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
