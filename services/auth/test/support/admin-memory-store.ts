import type { Revocation } from '@app/contracts';
import {
  EMPTY_CHAIN,
  joinOn,
  type AuditEntry,
  type AuditHead,
} from '../../src/domain/admin/audit-chain.ts';
import { applyChange } from '../../src/domain/admin/directory-change.ts';
import type { Directory } from '../../src/domain/admin/directory.ts';
import { claimAttempt, type Attempts } from '../../src/domain/admin/login-throttle.ts';
import type { AdminDirectory, AuditLog, LoginAttempts } from '../../src/repository.ts';
import { aDirectory } from './admin-builders.ts';

/** The storage of admins without a database; the contract suite keeps it as strict as MySQL. */
export interface AdminMemoryStore {
  readonly directory: AdminDirectory;
  readonly attempts: LoginAttempts;
  readonly audit: AuditLog;
  /** In the order of their commits. */
  readonly revocations: Revocation[];
}

const memoryDirectory = (revocations: Revocation[]): AdminDirectory => {
  let current: Directory = aDirectory();
  return {
    read: () => Promise.resolve(current),
    change: async (decide) => {
      await Promise.resolve();
      const decided = decide(current);
      current = applyChange(current, decided.change);
      revocations.push(...(decided.change.revocations ?? []));
      return decided;
    },
  };
};

const memoryAttempts = (): LoginAttempts => {
  const rows = new Map<string, Attempts>();
  return {
    claim: async (scopes, nowMs) => {
      await Promise.resolve();
      const claims = scopes.map((scope) => ({
        key: scope.key,
        claim: claimAttempt(rows.get(scope.key), scope, nowMs),
      }));
      const waits = claims.flatMap(({ claim }) =>
        'retryAfterMs' in claim ? [claim.retryAfterMs] : [],
      );
      if (waits.length > 0) return Math.max(...waits);
      for (const { key, claim } of claims) if ('attempts' in claim) rows.set(key, claim.attempts);
      return 0;
    },
    forgive: async ({ clear, undo }) => {
      await Promise.resolve();
      for (const { key } of clear) rows.delete(key);
      for (const { key } of undo) {
        const row = rows.get(key);
        if (row !== undefined) rows.set(key, { ...row, failures: Math.max(row.failures - 1, 0) });
      }
    },
    clear: async (prefix) => {
      await Promise.resolve();
      for (const key of [...rows.keys()]) if (key.startsWith(prefix)) rows.delete(key);
    },
  };
};

const memoryAudit = (): AuditLog => {
  const rows: AuditEntry[] = [];
  const head = (): AuditHead => rows.at(-1) ?? EMPTY_CHAIN;
  return {
    append: async (record) => {
      await Promise.resolve();
      const told =
        record.intentSeq === null
          ? undefined
          : rows.find(({ intentSeq }) => intentSeq === record.intentSeq);
      if (told !== undefined) return told;
      const entry = joinOn(record, head());
      rows.push(entry);
      return entry;
    },
    find: (seq) => Promise.resolve(rows.find((row) => row.seq === seq)),
    list: ({ beforeSeq = Infinity, limit, ...filters }) =>
      Promise.resolve(
        rows
          .filter(({ seq }) => seq < beforeSeq)
          .filter((row) =>
            Object.entries(filters).every(
              ([name, value]) => value === undefined || row[name as keyof AuditEntry] === value,
            ),
          )
          .toReversed()
          .slice(0, limit),
      ),
    head: () => Promise.resolve({ seq: head().seq, hash: head().hash }),
    chain: ({ afterSeq, upToSeq, limit }) =>
      Promise.resolve(rows.filter(({ seq }) => seq > afterSeq && seq <= upToSeq).slice(0, limit)),
  };
};

export const createAdminMemoryStore = (): AdminMemoryStore => {
  const revocations: Revocation[] = [];
  return {
    directory: memoryDirectory(revocations),
    attempts: memoryAttempts(),
    audit: memoryAudit(),
    revocations,
  };
};
