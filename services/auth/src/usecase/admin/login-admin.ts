import { adminTokenRules, type AdminLogin } from '@app/contracts';
import { sha256Hex, type Clock, type Ids } from '@app/kernel';
import { adminError } from '../../domain/admin/admin-error.ts';
import {
  adminSessionExpiresAtMs,
  adminTokenClaims,
  endAdminSession,
} from '../../domain/admin/admin-session.ts';
import type { Decided } from '../../domain/admin/changes.ts';
import {
  findByUsername,
  marksOf,
  roleRefs,
  tokenMarks,
  type AdminSession,
  type Directory,
} from '../../domain/admin/directory.ts';
import { attemptScopes } from '../../domain/admin/login-throttle.ts';
import type { AdminDirectory, LoginAttempts } from '../../repository.ts';
import type {
  KnownMarks,
  OneByOne,
  PasswordHasher,
  RevocationHints,
  TokenMint,
} from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly directory: AdminDirectory;
  readonly attempts: LoginAttempts;
  readonly passwords: PasswordHasher;
  readonly mint: TokenMint;
  readonly knownMarks: KnownMarks;
  readonly hints: RevocationHints;
  readonly oneByOne: OneByOne;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createLoginAdmin = (deps: Deps): Usecases['loginAdmin'] => {
  const { directory, attempts, passwords, mint, knownMarks, hints, oneByOne, clock, ids } = deps;

  /** Under the lock of the directory: of any number of parallel logins the last one's session lives. */
  const startSession =
    (username: string, provenHash: string) =>
    (current: Directory): Decided<AdminLogin> => {
      const account = findByUsername(current, username);
      // The password was changed, or the account deleted, while this one was being verified.
      if (account?.passwordHash !== provenHash) throw adminError('ADMIN_LOGIN_INVALID');
      if (account.status !== 'active') throw adminError('ADMIN_DISABLED');
      const nowMs = clock.nowMs();
      const sessionId = ids.next();
      const known = knownMarks.list().map(({ mark }) => mark);
      const marks = tokenMarks(marksOf(current, account), known);
      const accessToken = mint.signAdminToken(
        adminTokenClaims({ accountId: account.id, sessionId, marks }, nowMs),
      );
      const session: AdminSession = {
        accountId: account.id,
        sessionId,
        tokenHash: sha256Hex(accessToken),
        startedAtMs: nowMs,
        expiresAtMs: adminSessionExpiresAtMs(nowMs),
      };
      const former = current.sessions.filter(({ accountId }) => accountId === account.id);
      return {
        change: {
          sessions: [session],
          revocations: former.map((one) => endAdminSession(one, nowMs, 'replaced')),
        },
        result: {
          accessToken,
          expiresIn: adminTokenRules.lifetimeSeconds,
          admin: {
            id: account.id,
            username,
            roles: roleRefs(current, account),
            actions: [...marks],
          },
        },
      };
    };

  return ({ username: typed, password, clientIp }) => {
    const username = typed.toLowerCase();
    const { own, shared } = attemptScopes(username, clientIp);
    return oneByOne(username, async () => {
      const waitMs = await attempts.claim([...own, ...shared], clock.nowMs());
      if (waitMs > 0)
        throw adminError('ADMIN_LOGIN_LOCKED', {
          data: { retryAfterSeconds: Math.ceil(waitMs / 1000) },
        });
      const account = findByUsername(await directory.read(), username);
      if (!(await passwords.verify(password, account?.passwordHash)) || account === undefined)
        throw adminError('ADMIN_LOGIN_INVALID');
      await attempts.forgive({ clear: own, undo: shared });
      const { change, result } = await directory.change(
        startSession(username, account.passwordHash),
      );
      await hints.revoked(change.revocations ?? []);
      return result;
    });
  };
};
