import t from 'tap';
import { createMysqlAdminDirectory } from '../../src/repository/repo/mysql-admin-directory.ts';
import { createMysqlAuditLog } from '../../src/repository/repo/mysql-audit-log.ts';
import { createMysqlLoginAttempts } from '../../src/repository/repo/mysql-login-attempts.ts';
import { adminRepositoriesContract } from '../contract/admin-repositories.contract.ts';
import { NOON_MS } from '../support/builders.ts';
import { createMysqlStore, migratedDatabase } from '../support/mysql-store.ts';

await adminRepositoriesContract(t, async () => {
  const { db, revocations } = await createMysqlStore(t, await migratedDatabase(t));
  return {
    directory: createMysqlAdminDirectory({ db }),
    attempts: createMysqlLoginAttempts({ db }),
    audit: createMysqlAuditLog({ db }),
    listRevocations: async () => {
      const query = { fromMs: 0, nowMs: NOON_MS, limit: 100, cursor: undefined };
      return (await revocations.list(query)).items;
    },
  };
});
