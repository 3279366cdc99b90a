import { sql, type Kysely } from 'kysely';

// The unique key makes a difference one ticket, however often its day is reconciled.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table reconciliation_ticket (
      id char(26) character set ascii collate ascii_bin not null primary key,
      day char(10) character set ascii collate ascii_bin not null,
      subject varchar(8) character set ascii collate ascii_bin not null,
      category varchar(24) character set ascii collate ascii_bin not null,
      number varchar(64) character set ascii collate ascii_bin not null,
      theirs varchar(80) not null,
      ours varchar(80) not null,
      delta_fen bigint not null,
      state varchar(8) character set ascii collate ascii_bin not null,
      note varchar(500) null,
      resolved_by varchar(64) character set ascii collate ascii_bin null,
      resolved_at datetime(3) null,
      created_at datetime(3) not null,
      unique key uk_reconciliation_ticket_finding (day, subject, category, number),
      key ix_reconciliation_ticket_state (state, id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table reconciliation_ticket`.execute(db);
};
