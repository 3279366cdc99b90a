import { sql, type Kysely } from 'kysely';

// Ids grow with time: new orders go to the end of the clustered index, however many there are. The
// public number is random, and only a secondary key.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table \`order\` (
      id char(26) character set ascii collate ascii_bin not null,
      order_no varchar(32) character set ascii collate ascii_bin not null,
      user_id char(26) character set ascii collate ascii_bin not null,
      status varchar(16) character set ascii collate ascii_bin not null,
      resume_status varchar(16) character set ascii collate ascii_bin null,
      total_fen bigint not null,
      payable_fen bigint not null,
      late_money_fen bigint not null,
      delivery_sealed varchar(6144) character set ascii collate ascii_bin not null,
      carrier varchar(64) null,
      tracking_no varchar(64) character set ascii collate ascii_bin null,
      transaction_id varchar(64) character set ascii collate ascii_bin null,
      close_reason varchar(16) character set ascii collate ascii_bin null,
      expires_at datetime(3) not null,
      pay_started_at datetime(3) null,
      paid_at datetime(3) null,
      shipped_at datetime(3) null,
      confirm_at datetime(3) null,
      completed_at datetime(3) null,
      closed_at datetime(3) null,
      act_at datetime(3) null,
      created_at datetime(3) not null,
      updated_at datetime(3) not null,
      primary key (id),
      unique key uk_order_order_no (order_no),
      key ix_order_user_id_id (user_id, id),
      key ix_order_status_id (status, id),
      key ix_order_act_at (act_at),
      constraint ck_order_status check (status in (
        'pending_payment', 'paid', 'shipped', 'completed', 'closed', 'refunding', 'refunded'
      )),
      constraint ck_order_fen check (payable_fen >= 0 and payable_fen <= total_fen)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table \`order\``.execute(db);
};
