import { assert } from '@app/kernel';
import { fromSqlTime, isDuplicateKey, toSqlTime, type Database } from '@app/mysql';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { DirectoryChange } from '../../domain/admin/directory-change.ts';
import type { Account, AdminSession, Directory, Role } from '../../domain/admin/directory.ts';
import type { AdminDirectory } from '../../repository.ts';
import type { AdminAccountTable, AdminRoleTable, AdminSessionTable, Tables } from './tables.ts';
import { upsertRevocation } from './write-change.ts';

export const selectAccounts = (db: Kysely<Tables>) =>
  db.selectFrom('admin_account').selectAll().orderBy('id');

/** Whoever changes anything locks all accounts first, in one order: changes go one by one. */
export const lockAccounts = (db: Kysely<Tables>) => selectAccounts(db).forUpdate();

export const createMysqlAdminDirectory = ({
  db,
}: {
  readonly db: Database<Tables>;
}): AdminDirectory => {
  const load = async (
    source: Kysely<Tables>,
    accounts: readonly Selectable<AdminAccountTable>[],
  ): Promise<Directory> => {
    const roles = await source.selectFrom('admin_role').selectAll().orderBy('id').execute();
    const sessions = await source.selectFrom('admin_session').selectAll().execute();
    return {
      accounts: accounts.map(toAccount),
      roles: roles.map(toRole),
      sessions: sessions.map(toAdminSession),
    };
  };

  const changeOnce: AdminDirectory['change'] = (decide) =>
    db.transaction(async (tx) => {
      const decided = decide(await load(tx, await lockAccounts(tx).execute()));
      await write(tx, decided.change);
      return decided;
    });

  return {
    read: async () => load(db.write, await selectAccounts(db.write).execute()),
    change: async (decide) => {
      try {
        return await changeOnce(decide);
      } catch (error) {
        // Before there is an account there is nothing to lock: of two first admins one meets the
        // other's rows, and decides once more with them in sight.
        if (!isDuplicateKey(error)) throw error;
        return changeOnce(decide);
      }
    },
  };
};

const write = async (tx: Transaction<Tables>, change: DirectoryChange): Promise<void> => {
  for (const role of change.newRoles ?? [])
    await tx.insertInto('admin_role').values(toRoleRow(role)).execute();
  for (const account of change.newAccounts ?? [])
    await tx.insertInto('admin_account').values(toAccountRow(account)).execute();
  for (const role of change.roles ?? []) await updateRole(tx, role);
  for (const account of change.accounts ?? []) await updateAccount(tx, account);
  await removeRows(tx, change);
  for (const session of change.sessions ?? [])
    await tx.replaceInto('admin_session').values(toSessionRow(session)).execute();
  for (const revocation of change.revocations ?? [])
    await upsertRevocation(tx, revocation).execute();
};

const removeRows = async (tx: Transaction<Tables>, change: DirectoryChange): Promise<void> => {
  const { removedAccountIds = [], removedRoleIds = [], endedSessionsOf = [] } = change;
  if (removedAccountIds.length > 0)
    await tx.deleteFrom('admin_account').where('id', 'in', removedAccountIds).execute();
  if (removedRoleIds.length > 0)
    await tx.deleteFrom('admin_role').where('id', 'in', removedRoleIds).execute();
  if (endedSessionsOf.length > 0)
    await tx.deleteFrom('admin_session').where('account_id', 'in', endedSessionsOf).execute();
};

const updateAccount = async (tx: Transaction<Tables>, account: Account): Promise<void> => {
  const { numUpdatedRows } = await tx
    .updateTable('admin_account')
    .set(accountState(account))
    .where('id', '=', account.id)
    .where('version', '=', account.version - 1)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'a locked account has the version it was read with');
};

const updateRole = async (tx: Transaction<Tables>, role: Role): Promise<void> => {
  const { numUpdatedRows } = await tx
    .updateTable('admin_role')
    .set(roleState(role))
    .where('id', '=', role.id)
    .where('version', '=', role.version - 1)
    .executeTakeFirst();
  assert(numUpdatedRows === 1n, 'a role has the version it was read with under the lock');
};

const join = (items: readonly string[]): string => items.join(',');
const split = (text: string): string[] => (text === '' ? [] : text.split(','));

const toAccount = (row: Selectable<AdminAccountTable>): Account => ({
  id: row.id,
  username: row.username,
  passwordHash: row.password_hash,
  status: row.status,
  roleIds: split(row.role_ids),
  version: row.version,
  createdAtMs: fromSqlTime(row.created_at),
  updatedAtMs: fromSqlTime(row.updated_at),
});

/** What may change about an account. */
const accountState = (account: Account) => ({
  username: account.username,
  password_hash: account.passwordHash,
  status: account.status,
  role_ids: join(account.roleIds),
  version: account.version,
  updated_at: toSqlTime(account.updatedAtMs),
});

const toAccountRow = (account: Account): Selectable<AdminAccountTable> => ({
  id: account.id,
  created_at: toSqlTime(account.createdAtMs),
  ...accountState(account),
});

const toRole = (row: Selectable<AdminRoleTable>): Role => ({
  id: row.id,
  name: row.name,
  description: row.description,
  actions: split(row.actions),
  version: row.version,
  createdAtMs: fromSqlTime(row.created_at),
  updatedAtMs: fromSqlTime(row.updated_at),
});

/** What may change about a role. */
const roleState = (role: Role) => ({
  name: role.name,
  description: role.description,
  actions: join(role.actions),
  version: role.version,
  updated_at: toSqlTime(role.updatedAtMs),
});

const toRoleRow = (role: Role): Selectable<AdminRoleTable> => ({
  id: role.id,
  created_at: toSqlTime(role.createdAtMs),
  ...roleState(role),
});

const toAdminSession = (row: Selectable<AdminSessionTable>): AdminSession => ({
  accountId: row.account_id,
  sessionId: row.session_id,
  tokenHash: row.token_hash,
  startedAtMs: fromSqlTime(row.started_at),
  expiresAtMs: fromSqlTime(row.expires_at),
});

const toSessionRow = (session: AdminSession): Selectable<AdminSessionTable> => ({
  account_id: session.accountId,
  session_id: session.sessionId,
  token_hash: session.tokenHash,
  started_at: toSqlTime(session.startedAtMs),
  expires_at: toSqlTime(session.expiresAtMs),
});
