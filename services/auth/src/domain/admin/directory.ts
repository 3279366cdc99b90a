import { EVERY_MARK, OWN_SESSION_MARK, type AdminView, type RoleView } from '@app/contracts';
import { toRfc3339 } from '@app/kernel';

/** An admin. The password is kept as an argon2id hash. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly status: 'active' | 'disabled';
  readonly roleIds: readonly string[];
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A named set of action marks; `*` stands for every mark there is. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly actions: readonly string[];
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** The one session an admin can have. */
export interface AdminSession {
  readonly accountId: string;
  readonly sessionId: string;
  /** SHA-256 of the access token. */
  readonly tokenHash: string;
  readonly startedAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * All admins, roles and sessions of admins, the oldest first. They are few, and what may be changed
 * about one of them depends on the others, so they are read and changed as a whole.
 */
export interface Directory {
  readonly accounts: readonly Account[];
  readonly roles: readonly Role[];
  readonly sessions: readonly AdminSession[];
}

export const ACCOUNTS_MAX = 1000;
export const ROLES_MAX = 200;

/** The role that the first admin gets; it is an ordinary one otherwise. */
export const OWNER_ROLE = 'owner';

export const findAccount = ({ accounts }: Directory, id: string): Account | undefined =>
  accounts.find((account) => account.id === id);

export const findByUsername = ({ accounts }: Directory, username: string): Account | undefined =>
  accounts.find((account) => account.username === username);

export const findRole = ({ roles }: Directory, id: string): Role | undefined =>
  roles.find((role) => role.id === id);

/** The marks of an account as its roles name them, sorted; `*` stays `*`. */
export const marksOf = (directory: Directory, account: Account): readonly string[] =>
  [...new Set(account.roleIds.flatMap((id) => findRole(directory, id)?.actions ?? []))].sort();

export const holds = (marks: readonly string[], mark: string): boolean =>
  marks.includes(mark) || marks.includes(EVERY_MARK);

/** The marks that a token carries: gateways compare them with those of routes, so `*` is spelled out. */
export const tokenMarks = (
  marks: readonly string[],
  known: readonly string[],
): readonly string[] => [
  ...new Set([
    OWN_SESSION_MARK,
    ...marks.filter((mark) => mark !== EVERY_MARK),
    ...(marks.includes(EVERY_MARK) ? known : []),
  ]),
];

export const toAdminView = (directory: Directory, account: Account): AdminView => ({
  id: account.id,
  username: account.username,
  status: account.status,
  roles: roleRefs(directory, account),
  actions: [...marksOf(directory, account)],
  version: account.version,
  createdAt: toRfc3339(account.createdAtMs),
  updatedAt: toRfc3339(account.updatedAtMs),
});

export const roleRefs = (directory: Directory, account: Account): { id: string; name: string }[] =>
  account.roleIds.flatMap((id) => {
    const role = findRole(directory, id);
    return role === undefined ? [] : [{ id: role.id, name: role.name }];
  });

export const toRoleView = (role: Role): RoleView => ({
  id: role.id,
  name: role.name,
  description: role.description,
  actions: [...role.actions],
  version: role.version,
  createdAt: toRfc3339(role.createdAtMs),
  updatedAt: toRfc3339(role.updatedAtMs),
});

/** A page of things with ids, from behind the cursor (the id of the last one seen) on. */
export const pageOf = <T extends { readonly id: string }>(
  items: readonly T[],
  { limit = 20, cursor }: { readonly limit?: number; readonly cursor?: string },
): { readonly items: readonly T[]; readonly nextCursor: string | null } => {
  const rest = cursor === undefined ? items : items.filter(({ id }) => id > cursor);
  const page = rest.slice(0, limit);
  return { items: page, nextCursor: rest.length > limit ? (page.at(-1)?.id ?? null) : null };
};
