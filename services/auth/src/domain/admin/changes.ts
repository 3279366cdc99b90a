import { EVERY_MARK } from '@app/contracts';
import { adminError } from './admin-error.ts';
import {
  applyChange,
  endChangedSessions,
  requireActor,
  requireNobodyLockedOut,
  requireWithinOwnMarks,
  type Actor,
  type DirectoryChange,
} from './directory-change.ts';
import {
  ACCOUNTS_MAX,
  OWNER_ROLE,
  ROLES_MAX,
  findAccount,
  findByUsername,
  findRole,
  marksOf,
  type Account,
  type Directory,
  type Role,
} from './directory.ts';

/** A decided change, and what of it the caller wants to see. */
export interface Decided<R> {
  readonly change: DirectoryChange;
  readonly result: R;
}

interface Stamp {
  readonly id: string;
  readonly nowMs: number;
}

const ofRoles = (directory: Directory, roleIds: readonly string[]): readonly string[] =>
  roleIds.flatMap((id) => findRole(directory, id)?.actions ?? []);

const requireRoles = (directory: Directory, roleIds: readonly string[]): void => {
  const errors = roleIds.flatMap((id, index) =>
    findRole(directory, id) === undefined
      ? [{ field: `roleIds[${index}]`, rule: 'unknown', message: `${id} is no role / 角色不存在` }]
      : [],
  );
  if (errors.length > 0) throw adminError('ROLE_UNKNOWN', { data: { errors } });
};

/** @throws ACTION_MARK_UNKNOWN naming each mark that no route declares */
export const requireKnownMarks = (actions: readonly string[], known: ReadonlySet<string>): void => {
  const errors = actions.flatMap((mark, index) =>
    mark === EVERY_MARK || known.has(mark)
      ? []
      : [
          {
            field: `actions[${index}]`,
            rule: 'unknown',
            message: `${mark} is no mark of any route / 未知的权限标识`,
          },
        ],
  );
  if (errors.length > 0) throw adminError('ACTION_MARK_UNKNOWN', { data: { errors } });
};

const requireVersion = (current: number, version: number): void => {
  if (current !== version) throw adminError('ADMIN_CHANGED_MEANWHILE', { data: { current } });
};

/** @throws ADMIN_USERNAME_TAKEN, ROLE_UNKNOWN, ADMIN_MARKS_EXCEEDED, ADMIN_LIMIT_REACHED */
export const addAccount = (
  directory: Directory,
  actor: Actor,
  input: Pick<Account, 'username' | 'passwordHash' | 'roleIds'>,
  { id, nowMs }: Stamp,
): Decided<Account> => {
  requireActor(directory, actor, 'account:write');
  const { username } = input;
  if (findByUsername(directory, username) !== undefined)
    throw adminError('ADMIN_USERNAME_TAKEN', { data: { username } });
  if (directory.accounts.length >= ACCOUNTS_MAX) throw adminError('ADMIN_LIMIT_REACHED');
  requireRoles(directory, input.roleIds);
  requireWithinOwnMarks(directory, actor, ofRoles(directory, input.roleIds));
  const account: Account = {
    ...input,
    id,
    status: 'active',
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  return { change: { newAccounts: [account] }, result: account };
};

/** The first admin, or one more who may do everything. @throws ADMIN_USERNAME_TAKEN, ADMIN_LIMIT_REACHED */
export const addOwner = (
  directory: Directory,
  input: Pick<Account, 'username' | 'passwordHash'>,
  stamp: Stamp & { readonly roleId: string },
): Decided<Account> => {
  const { nowMs, roleId } = stamp;
  const existing = directory.roles.find(({ name }) => name === OWNER_ROLE);
  const owner: Role = existing ?? {
    id: roleId,
    name: OWNER_ROLE,
    description: '',
    actions: [EVERY_MARK],
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  const newRoles = existing === undefined ? [owner] : [];
  const added = addAccount(
    applyChange(directory, { newRoles }),
    undefined,
    { ...input, roleIds: [owner.id] },
    stamp,
  );
  return { change: { ...added.change, newRoles }, result: added.result };
};

export interface AccountPatch {
  readonly roleIds?: readonly string[] | undefined;
  readonly status?: Account['status'] | undefined;
  readonly passwordHash?: string | undefined;
}

/**
 * Nobody touches an account that may do more than they may: else setting its password would be a
 * way to its marks.
 */
export const changeAccount = (
  directory: Directory,
  actor: Actor,
  { id, version, ...patch }: AccountPatch & { readonly id: string; readonly version: number },
  nowMs: number,
): Decided<Account> => {
  requireActor(directory, actor, 'account:write');
  const account = findAccount(directory, id);
  if (account === undefined) throw adminError('ADMIN_NOT_FOUND', { data: { id } });
  requireVersion(account.version, version);
  const roleIds = patch.roleIds ?? account.roleIds;
  requireRoles(directory, patch.roleIds ?? []);
  requireWithinOwnMarks(directory, actor, [
    ...marksOf(directory, account),
    ...ofRoles(directory, roleIds),
  ]);
  const next: Account = {
    ...account,
    roleIds,
    status: patch.status ?? account.status,
    passwordHash: patch.passwordHash ?? account.passwordHash,
    version: version + 1,
    updatedAtMs: nowMs,
  };
  return { change: settle(directory, actor, { accounts: [next] }, nowMs), result: next };
};

export const removeAccount = (
  directory: Directory,
  actor: Actor,
  { id, version }: { readonly id: string; readonly version: number },
  nowMs: number,
): Decided<null> => {
  requireActor(directory, actor, 'account:write');
  const account = findAccount(directory, id);
  if (account === undefined) throw adminError('ADMIN_NOT_FOUND', { data: { id } });
  requireVersion(account.version, version);
  requireWithinOwnMarks(directory, actor, marksOf(directory, account));
  return {
    change: settle(directory, actor, { removedAccountIds: [id] }, nowMs),
    result: null,
  };
};

const requireFreeName = (directory: Directory, name: string, id?: string): void => {
  if (directory.roles.some((role) => role.name === name && role.id !== id))
    throw adminError('ROLE_NAME_TAKEN', { data: { name } });
};

/** @throws ROLE_NAME_TAKEN, ADMIN_MARKS_EXCEEDED, ADMIN_LIMIT_REACHED */
export const addRole = (
  directory: Directory,
  actor: Actor,
  input: Pick<Role, 'name' | 'description' | 'actions'>,
  { id, nowMs }: Stamp,
): Decided<Role> => {
  requireActor(directory, actor, 'role:write');
  requireFreeName(directory, input.name);
  if (directory.roles.length >= ROLES_MAX) throw adminError('ADMIN_LIMIT_REACHED');
  requireWithinOwnMarks(directory, actor, input.actions);
  const role: Role = { ...input, id, version: 1, createdAtMs: nowMs, updatedAtMs: nowMs };
  return { change: { newRoles: [role] }, result: role };
};

export interface RolePatch {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly actions?: readonly string[] | undefined;
}

export const changeRole = (
  directory: Directory,
  actor: Actor,
  { id, version, ...patch }: RolePatch & { readonly id: string; readonly version: number },
  nowMs: number,
): Decided<Role> => {
  requireActor(directory, actor, 'role:write');
  const role = findRole(directory, id);
  if (role === undefined) throw adminError('ROLE_NOT_FOUND', { data: { id } });
  requireVersion(role.version, version);
  const next: Role = {
    ...role,
    name: patch.name ?? role.name,
    description: patch.description ?? role.description,
    actions: patch.actions ?? role.actions,
    version: version + 1,
    updatedAtMs: nowMs,
  };
  requireFreeName(directory, next.name, id);
  requireWithinOwnMarks(directory, actor, [...role.actions, ...next.actions]);
  return { change: settle(directory, actor, { roles: [next] }, nowMs), result: next };
};

export const removeRole = (
  directory: Directory,
  actor: Actor,
  { id, version }: { readonly id: string; readonly version: number },
): Decided<null> => {
  requireActor(directory, actor, 'role:write');
  const role = findRole(directory, id);
  if (role === undefined) throw adminError('ROLE_NOT_FOUND', { data: { id } });
  requireVersion(role.version, version);
  requireWithinOwnMarks(directory, actor, role.actions);
  if (directory.accounts.some(({ roleIds }) => roleIds.includes(id)))
    throw adminError('ROLE_IN_USE', { data: { id } });
  return { change: { removedRoleIds: [id] }, result: null };
};

/** Refuses a change that locks somebody out, and adds the sessions that end by it. */
const settle = (
  directory: Directory,
  actor: Actor,
  change: DirectoryChange,
  nowMs: number,
): DirectoryChange => {
  requireNobodyLockedOut(directory, applyChange(directory, change), actor);
  return endChangedSessions(directory, change, nowMs);
};
