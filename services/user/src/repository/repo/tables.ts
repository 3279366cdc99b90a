import { coreColumns, type ColumnsOf, type CoreTables, type SqlTime } from '@app/mysql';
import type { GeneratedAlways } from 'kysely';

export interface UserTable {
  readonly id: string;
  readonly nickname: string;
  readonly avatar_url: string;
  readonly bio: string;
  readonly status: 'active' | 'frozen';
  readonly frozen_reason: string | null;
  readonly frozen_at: SqlTime | null;
  /** `phoneToText`, sealed for `user.phone:<id>`. */
  readonly phone_sealed: string | null;
  /** Blind index of the same text: equal numbers have equal values, which the unique key uses. */
  readonly phone_index: string | null;
  /** Computed by the database from `phone_sealed`. */
  readonly phone_key_id: GeneratedAlways<string | null>;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface IdentityTable {
  readonly id: string;
  readonly user_id: string;
  readonly provider: 'wechat' | 'wechat-union' | 'douyin' | 'douyin-union';
  /** The app id; empty for ids that hold across apps. */
  readonly realm: string;
  readonly subject: string;
  readonly created_at: SqlTime;
}

export interface AddressTable {
  readonly id: string;
  readonly user_id: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  /** JSON `{name, phone, detail}`, sealed for `user.address:<user_id>:<id>`. */
  readonly contact_sealed: string;
  /** Computed by the database from `contact_sealed`. */
  readonly contact_key_id: GeneratedAlways<string | null>;
  readonly is_default: number;
  /** Computed: the owner when this is the default address; its unique key allows one per person. */
  readonly default_user_id: GeneratedAlways<string | null>;
  readonly created_at: SqlTime;
  readonly updated_at: SqlTime;
}

export interface Tables extends CoreTables {
  readonly user: UserTable;
  readonly identity: IdentityTable;
  readonly address: AddressTable;
}

/** What the database says of these tables; a test compares the two. */
export const columns = {
  ...coreColumns,
  user: {
    id: 'char(26)',
    nickname: 'varchar(64)',
    avatar_url: 'varchar(512)',
    bio: 'varchar(200)',
    status: 'varchar(16)',
    frozen_reason: 'varchar(200) null',
    frozen_at: 'datetime(3) null',
    phone_sealed: 'varchar(255) null',
    phone_index: 'char(64) null',
    phone_key_id: 'varchar(16) null',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
  identity: {
    id: 'char(26)',
    user_id: 'char(26)',
    provider: 'varchar(16)',
    realm: 'varchar(64)',
    subject: 'varchar(128)',
    created_at: 'datetime(3)',
  },
  address: {
    id: 'char(26)',
    user_id: 'char(26)',
    province: 'varchar(50)',
    city: 'varchar(50)',
    district: 'varchar(50)',
    contact_sealed: 'varchar(4096)',
    contact_key_id: 'varchar(16) null',
    is_default: 'tinyint(1)',
    default_user_id: 'varchar(26) null',
    created_at: 'datetime(3)',
    updated_at: 'datetime(3)',
  },
} as const satisfies ColumnsOf<Tables>;
