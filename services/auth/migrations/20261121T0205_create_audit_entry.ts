import { sql, type Kysely } from 'kysely';

// intent_seq is unique: an intent has one outcome, however often it is told.
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table audit_entry (
      seq bigint unsigned not null,
      kind varchar(8) character set ascii collate ascii_bin not null,
      at datetime(3) not null,
      actor varchar(26) character set ascii collate ascii_bin null,
      action varchar(100) not null,
      route varchar(200) not null,
      target varchar(200) not null,
      request_id varchar(64) character set ascii collate ascii_bin not null,
      client_ip varchar(64) character set ascii collate ascii_bin null,
      params_digest char(64) character set ascii collate ascii_bin null,
      intent_seq bigint unsigned null,
      status int unsigned null,
      outcome varchar(64) character set ascii collate ascii_bin null,
      previous_hash char(64) character set ascii collate ascii_bin not null,
      hash char(64) character set ascii collate ascii_bin not null,
      primary key (seq),
      unique key uk_audit_entry_intent_seq (intent_seq),
      key ix_audit_entry_actor (actor, seq),
      key ix_audit_entry_action (action, seq),
      key ix_audit_entry_request_id (request_id)
    ) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin
  `.execute(db);
};

export const down = async (db: Kysely<unknown>): Promise<void> => {
  await sql`drop table audit_entry`.execute(db);
};
