import type { Clock, Sealer } from '@app/kernel';
import { isDuplicateKey, toSqlTime, type Database } from '@app/mysql';
import type { Kysely } from 'kysely';
import type { StoredApp } from '../../domain/app-registry.ts';
import type { AppRepository } from '../../repository.ts';
import type { Tables, WechatAppTable } from './tables.ts';

interface Deps {
  readonly db: Pick<Database<Tables>, 'write'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

type SealedField = 'app-secret' | 'push-token' | 'push-aes-key';

const contextOf = (field: SealedField, appId: string): string => `wechat-ccs.${field}:${appId}`;

/** All of them, at most some hundreds: every node keeps them in memory. */
export const selectApps = (db: Kysely<Tables>) =>
  db
    .selectFrom('wechat_app')
    .select([
      'app_id',
      'kind',
      'display_name',
      'secret_sealed',
      'token_kind',
      'is_enabled',
      'push_token_sealed',
      'push_aes_key_sealed',
      'row_version',
    ])
    .orderBy('app_id');

type Row = Omit<WechatAppTable, 'created_at' | 'updated_at'>;

const sealRow = (sealer: Sealer, app: StoredApp): Row => {
  const { appId } = app;
  const seal = (value: string | null, field: SealedField) =>
    value === null ? null : sealer.seal(value, contextOf(field, appId));
  return {
    app_id: appId,
    kind: app.kind,
    display_name: app.name,
    secret_sealed: seal(app.secret, 'app-secret'),
    token_kind: app.tokenKind,
    is_enabled: app.isEnabled ? 1 : 0,
    push_token_sealed: seal(app.push.token, 'push-token'),
    push_aes_key_sealed: seal(app.push.encodingAesKey, 'push-aes-key'),
    row_version: app.version,
  };
};

const openSecrets = (sealer: Sealer, row: Row) => {
  const open = (sealed: string | null, field: SealedField) =>
    sealed === null ? null : sealer.open(sealed, contextOf(field, row.app_id));
  try {
    return {
      secret: open(row.secret_sealed, 'app-secret'),
      push: {
        token: open(row.push_token_sealed, 'push-token'),
        encodingAesKey: open(row.push_aes_key_sealed, 'push-aes-key'),
      },
      isUnreadable: false,
    };
  } catch {
    // One row that does not open must not take the other accounts away.
    return { secret: null, push: { token: null, encodingAesKey: null }, isUnreadable: true };
  }
};

const openRow = (sealer: Sealer, row: Row): StoredApp => ({
  appId: row.app_id,
  kind: row.kind,
  name: row.display_name,
  tokenKind: row.token_kind,
  isEnabled: row.is_enabled === 1,
  version: row.row_version,
  ...openSecrets(sealer, row),
});

export const createMysqlAppRepository = ({ db, sealer, clock }: Deps): AppRepository => ({
  async list() {
    const rows = await selectApps(db.write).execute();
    return rows.map((row) => openRow(sealer, row));
  },
  async add(app) {
    const now = toSqlTime(clock.nowMs());
    try {
      await db.write
        .insertInto('wechat_app')
        .values({ ...sealRow(sealer, app), created_at: now, updated_at: now })
        .execute();
      return true;
    } catch (error) {
      if (isDuplicateKey(error, 'PRIMARY')) return false;
      throw error;
    }
  },
  async replace(expectedVersion, app) {
    const { app_id, ...columns } = sealRow(sealer, app);
    const { numUpdatedRows } = await db.write
      .updateTable('wechat_app')
      .set({ ...columns, updated_at: toSqlTime(clock.nowMs()) })
      .where('app_id', '=', app_id)
      .where('row_version', '=', expectedVersion)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  },
  async remove(appId, expectedVersion) {
    const { numDeletedRows } = await db.write
      .deleteFrom('wechat_app')
      .where('app_id', '=', appId)
      .where('row_version', '=', expectedVersion)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  },
});
