import type { Database } from '@app/mysql';
import { instrument, type Host } from '@app/runtime';
import { createMysqlAuditLog } from '../repository/repo/mysql-audit-log.ts';
import type { Tables } from '../repository/repo/tables.ts';
import type { AuditUsecases } from '../usecase.ts';
import { createBeginAdminWrite } from '../usecase/audit/begin-admin-write.ts';
import { createCompleteAdminWrite } from '../usecase/audit/complete-admin-write.ts';
import { createListAuditLog } from '../usecase/audit/list-audit-log.ts';
import { createRecordAdminEvent } from '../usecase/audit/record-admin-event.ts';
import { createVerifyAuditLog } from '../usecase/audit/verify-audit-log.ts';

interface Shared {
  readonly service: string;
  readonly db: Database<Tables>;
}

/** The log of what admins did. */
export const createAuditUsecases = (host: Host, { service, db }: Shared): AuditUsecases => {
  const deps = { audit: createMysqlAuditLog({ db }), clock: host.clock };
  const run = <Name extends keyof AuditUsecases>(
    name: Name,
    usecase: AuditUsecases[Name],
  ): AuditUsecases[Name] => instrument(host, service, name, usecase);
  return {
    beginAdminWrite: run('beginAdminWrite', createBeginAdminWrite(deps)),
    completeAdminWrite: run('completeAdminWrite', createCompleteAdminWrite(deps)),
    recordAdminEvent: run('recordAdminEvent', createRecordAdminEvent(deps)),
    listAuditLog: run('listAuditLog', createListAuditLog(deps)),
    verifyAuditLog: run('verifyAuditLog', createVerifyAuditLog(deps)),
  };
};
