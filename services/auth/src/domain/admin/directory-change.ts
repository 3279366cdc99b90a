import type { Revocation } from '@app/contracts';
import { adminError } from './admin-error.ts';
import { endAdminSession } from './admin-session.ts';
import {
  findAccount,
  holds,
  marksOf,
  type Account,
  type AdminSession,
  type Directory,
  type Role,
} from './directory.ts';

/** What a transaction writes about admins. Updates name the version they start from by being one above it. */
export interface DirectoryChange {
  readonly newAccounts?: readonly Account[];
  readonly accounts?: readonly Account[];
  readonly removedAccountIds?: readonly string[];
  readonly newRoles?: readonly Role[];
  readonly roles?: readonly Role[];
  readonly removedRoleIds?: readonly string[];
  /** New sessions; each takes the place of the admin's former one. */
  readonly sessions?: readonly AdminSession[];
  /** Admins who have no session any more. */
  readonly endedSessionsOf?: readonly string[];
  readonly revocations?: readonly Revocation[];
}

/** Who changes something; `undefined` is the operator on the machine, who may do anything. */
export type Actor = string | undefined;

const replace = <T extends { readonly id: string }>(
  items: readonly T[],
  { updated = [], removed = [] }: { updated?: readonly T[]; removed?: readonly string[] },
): T[] =>
  items
    .filter(({ id }) => !removed.includes(id))
    .map((item) => updated.find(({ id }) => id === item.id) ?? item);

/** The directory as it will be. */
export const applyChange = (directory: Directory, change: DirectoryChange): Directory => ({
  accounts: [
    ...replace(directory.accounts, {
      updated: change.accounts ?? [],
      removed: change.removedAccountIds ?? [],
    }),
    ...(change.newAccounts ?? []),
  ],
  roles: [
    ...replace(directory.roles, {
      updated: change.roles ?? [],
      removed: change.removedRoleIds ?? [],
    }),
    ...(change.newRoles ?? []),
  ],
  sessions: [
    ...directory.sessions.filter(
      ({ accountId }) =>
        !(change.endedSessionsOf ?? []).includes(accountId) &&
        !(change.sessions ?? []).some((session) => session.accountId === accountId),
    ),
    ...(change.sessions ?? []),
  ],
});

/** Which marks keep an admin from being locked out. */
const managing = ['account:write', 'role:write'] as const;

const isManager = (directory: Directory, account: Account): boolean =>
  account.status === 'active' && holds(marksOf(directory, account), 'account:write');

/**
 * The account behind a request as it is now: what the token says may be a second old.
 * @throws ACTION_FORBIDDEN when it is gone, disabled or no longer holds the mark.
 */
export const requireActor = (directory: Directory, actor: Actor, mark: string): void => {
  if (actor === undefined) return;
  const account = findAccount(directory, actor);
  if (account?.status !== 'active' || !holds(marksOf(directory, account), mark))
    throw adminError('ACTION_FORBIDDEN', { data: { mark } });
};

/** @throws ADMIN_MARKS_EXCEEDED when one of the marks is none of the actor's own. */
export const requireWithinOwnMarks = (
  directory: Directory,
  actor: Actor,
  marks: readonly string[],
): void => {
  const account = actor === undefined ? undefined : findAccount(directory, actor);
  if (account === undefined) return;
  const own = marksOf(directory, account);
  const exceeding = marks.filter((mark) => !holds(own, mark));
  if (exceeding.length > 0) throw adminError('ADMIN_MARKS_EXCEEDED', { data: { exceeding } });
};

/**
 * Refuses what would lock the actor or everybody out.
 * @throws ADMIN_SELF_LOCKOUT, ADMIN_LAST_MANAGER
 */
export const requireNobodyLockedOut = (before: Directory, after: Directory, actor: Actor): void => {
  const self = actor === undefined ? undefined : findAccount(before, actor);
  if (self !== undefined) {
    const own = findAccount(after, self.id);
    const lost = managing.filter(
      (mark) =>
        holds(marksOf(before, self), mark) &&
        (own?.status !== 'active' || !holds(marksOf(after, own), mark)),
    );
    if (lost.length > 0 || own?.status !== 'active')
      throw adminError('ADMIN_SELF_LOCKOUT', { data: { lost } });
  }
  const managed = before.accounts.some((account) => isManager(before, account));
  if (managed && !after.accounts.some((account) => isManager(after, account)))
    throw adminError('ADMIN_LAST_MANAGER');
};

/** Everybody whose token says something else than it would now: signed out, so that it holds at once. */
export const endChangedSessions = (
  before: Directory,
  change: DirectoryChange,
  nowMs: number,
): DirectoryChange => {
  const after = applyChange(before, change);
  const ended = before.sessions.filter(({ accountId }) => {
    const was = findAccount(before, accountId);
    const is = findAccount(after, accountId);
    if (was === undefined || is?.status !== 'active') return true;
    return (
      was.passwordHash !== is.passwordHash ||
      marksOf(before, was).join() !== marksOf(after, is).join()
    );
  });
  return {
    ...change,
    endedSessionsOf: ended.map(({ accountId }) => accountId),
    revocations: ended.map((session) => endAdminSession(session, nowMs)),
  };
};
