import type { Account, AdminSession, Directory, Role } from '../../src/domain/admin/directory.ts';
import { ids, NOON_MS } from './builders.ts';

export const aRole = (actions: readonly string[], overrides: Partial<Role> = {}): Role => {
  const id = ids.next();
  return {
    id,
    name: `role ${id}`,
    description: '',
    actions,
    version: 1,
    createdAtMs: NOON_MS,
    updatedAtMs: NOON_MS,
    ...overrides,
  };
};

export const anAccount = (roles: readonly Role[], overrides: Partial<Account> = {}): Account => {
  const id = ids.next();
  return {
    id,
    username: `a${id.toLowerCase()}`,
    passwordHash: `hash of ${id}`,
    status: 'active',
    roleIds: roles.map((role) => role.id),
    version: 1,
    createdAtMs: NOON_MS,
    updatedAtMs: NOON_MS,
    ...overrides,
  };
};

export const anAdminSession = (
  accountId: string,
  overrides: Partial<AdminSession> = {},
): AdminSession => ({
  accountId,
  sessionId: ids.next(),
  tokenHash: 'f'.repeat(64),
  startedAtMs: NOON_MS,
  expiresAtMs: NOON_MS + 28_800_000,
  ...overrides,
});

export const aDirectory = (parts: Partial<Directory> = {}): Directory => ({
  accounts: [],
  roles: [],
  sessions: [],
  ...parts,
});
