import { compileSnapshot, createCompiler } from '@app/mysql';
import t from 'tap';
import { lockAccounts } from '../../../src/repository/repo/mysql-admin-directory.ts';
import { selectAudit } from '../../../src/repository/repo/mysql-audit-log.ts';
import { selectBlockChanges } from '../../../src/repository/repo/mysql-block-repository.ts';
import {
  deleteExpired,
  deleteStaleBlocks,
  wipeSuccessors,
} from '../../../src/repository/repo/mysql-expired-rows.ts';
import { lockAttempts } from '../../../src/repository/repo/mysql-login-attempts.ts';
import { selectRevocations } from '../../../src/repository/repo/mysql-revocation-repository.ts';
import {
  lockSession,
  lockUnrevoked,
  selectLive,
  selectToken,
  selectTokenPlace,
  selectUserRevocation,
} from '../../../src/repository/repo/mysql-session-repository.ts';
import type { Tables } from '../../../src/repository/repo/tables.ts';
import { upsertRevocation } from '../../../src/repository/repo/write-change.ts';

const db = createCompiler<Tables>();
const id = '01K9ZQ4T6V8N2M3P5R7S9W1X0Y';
const page = { fromMs: 1000, nowMs: 2000, limit: 100 };

t.test('the SQL that runs is the SQL that was reviewed', async (t) => {
  const queries = {
    selectTokenPlace: selectTokenPlace(db, 'a'.repeat(64)),
    lockSession: lockSession(db, id),
    selectToken: selectToken(db, id),
    lockUnrevoked: lockUnrevoked(db, id),
    selectLive: selectLive(db, id, 1000),
    selectUserRevocation: selectUserRevocation(db, id),
    selectRevocations: selectRevocations(db, { ...page, cursor: undefined }),
    selectRevocationsNext: selectRevocations(db, { ...page, cursor: `1500:${id}` }),
    selectRevocationsForeignCursor: selectRevocations(db, { ...page, cursor: "1' or 1=1" }),
    upsertRevocation: upsertRevocation(db, {
      kind: 'user',
      subject: id,
      revokedAtMs: 1,
      expiresAtMs: 2,
    }),
    wipeSuccessors: wipeSuccessors(db, 1000, 50),
    deleteExpired: deleteExpired(db, 'session', 1000, 50),
    deleteStaleBlocks: deleteStaleBlocks(db, 86_401_000, 50),
    lockAccounts: lockAccounts(db),
    lockAttempts: lockAttempts(db, ['a', 'b']),
    selectAudit: selectAudit(db, { limit: 20 }),
    selectAuditOfActor: selectAudit(db, { actor: id, kind: 'intent', beforeSeq: 9, limit: 20 }),
    selectBlockChanges: selectBlockChanges(db, { fromMs: 1000, cursor: undefined, limit: 100 }),
    selectBlockChangesNext: selectBlockChanges(db, {
      fromMs: 1000,
      cursor: { changedAtMs: 1500, id },
      limit: 100,
    }),
  };
  for (const [name, query] of Object.entries(queries)) {
    t.matchSnapshot(compileSnapshot(query), name);
  }
});
