import { createDatabase, createHousekeeping, createOutbox } from '@app/mysql';
import { createRedis } from '@app/redis';
import { instrument, type App, type Host } from '@app/runtime';
import type { Config } from './config.ts';
import type { Changed } from './domain/batch.ts';
import { emptyBalance, isNews, type Balance } from './domain/stock.ts';
import { auditReport } from './metrics.ts';
import { createShortageMemory } from './repository/cache/shortage-memory.ts';
import { createMysqlReservationReader } from './repository/repo/mysql-reservation-reader.ts';
import { createMysqlStockAuditor } from './repository/repo/mysql-stock-auditor.ts';
import { createMysqlStockLedger } from './repository/repo/mysql-stock-ledger.ts';
import { createMysqlStockReader } from './repository/repo/mysql-stock-reader.ts';
import type { Tables } from './repository/repo/tables.ts';
import { createStockActions } from './service/action/stock-actions.ts';
import { createBroadcastStockHints } from './service/client/broadcast-stock-hints.ts';
import { onStockChanged } from './service/event/on-stock-changed.ts';
import { createAuditJob } from './service/job/audit-stock.ts';
import { createExpiryJobs } from './service/job/expire-reservations.ts';
import type { ExpirySchedule, StockHints } from './service.ts';
import type { Usecases } from './usecase.ts';
import { createAuditStock } from './usecase/audit-stock.ts';
import { createCommit } from './usecase/commit.ts';
import { createExpireDue } from './usecase/expire-due.ts';
import { createGetAvailability } from './usecase/get-availability.ts';
import { createListMovements } from './usecase/list-movements.ts';
import { createListStock } from './usecase/list-stock.ts';
import { createRebuildStock } from './usecase/rebuild-stock.ts';
import { createRelease } from './usecase/release.ts';
import { createReserve } from './usecase/reserve.ts';
import { createReturnStock } from './usecase/return-stock.ts';
import { createSetOnHand } from './usecase/set-on-hand.ts';

const SERVICE = 'stock';

/** Puts the service together; nothing is connected before the host starts it. */
export const createApp = async (host: Host, config: Config): Promise<App> => {
  const db = createDatabase<Tables>(config, { host, service: SERVICE });
  const redis = createRedis(config, { role: 'queue', host });
  const outbox = createOutbox(db, host);
  const expiryJobs = createExpiryJobs(host, redis, config);
  const adapters = createAdapters(host, { db, outbox, expiry: expiryJobs.schedule });
  const usecases = createUsecases(host, adapters);
  const { auditStock, expireDue } = usecases;
  return {
    name: SERVICE,
    schemas: [
      createStockActions({ usecases, onHints: [onStockChanged(adapters.shortages.forget)] }),
    ],
    stores: [db, redis],
    workers: [
      outbox.relay,
      createHousekeeping(db, host),
      ...expiryJobs.parts(expireDue),
      ...(await createAuditJob(host, redis, { auditStock, everyMs: config.auditEveryMs })),
    ],
  };
};

interface Stores {
  readonly db: ReturnType<typeof createDatabase<Tables>>;
  readonly outbox: ReturnType<typeof createOutbox<Tables>>;
  readonly expiry: ExpirySchedule;
}

const createAdapters = (host: Host, { db, outbox, expiry }: Stores) => {
  const { clock, ids } = host;
  const hints = createBroadcastStockHints(host.hint);
  const reservations = createMysqlReservationReader(db);
  const onBalances = announceNews(host, hints);
  return {
    ledger: createMysqlStockLedger({ db, outbox, reservations, clock, onBalances }),
    reservations,
    reader: createMysqlStockReader(db),
    auditor: createMysqlStockAuditor({ db, clock }),
    shortages: createShortageMemory(clock),
    report: auditReport,
    expiry,
    hints,
    clock,
    ids,
  };
};

/** Nobody waits for it: caches that miss a hint are old for a second at most. */
const announceNews =
  (host: Host, hints: StockHints) =>
  (changes: readonly Changed<Balance>[]): void => {
    const skuIds = changes
      .filter(({ before, after }) => isNews(before ?? emptyBalance(after.skuId), after))
      .map(({ after }) => after.skuId);
    if (skuIds.length === 0) return;
    hints.changed(skuIds).catch((error: unknown) => {
      host.logger.warn({ err: error }, 'a change of availability could not be announced');
    });
  };

const createUsecases = (host: Host, adapters: ReturnType<typeof createAdapters>): Usecases => {
  const run = <Name extends keyof Usecases>(name: Name, usecase: Usecases[Name]): Usecases[Name] =>
    instrument(host, SERVICE, name, usecase);
  return {
    getAvailability: run('getAvailability', createGetAvailability(adapters)),
    reserve: run('reserve', createReserve(adapters)),
    commit: run('commit', createCommit(adapters)),
    release: run('release', createRelease(adapters)),
    returnStock: run('returnStock', createReturnStock(adapters)),
    setOnHand: run('setOnHand', createSetOnHand(adapters)),
    listStock: run('listStock', createListStock(adapters)),
    listMovements: run('listMovements', createListMovements(adapters)),
    expireDue: run('expireDue', createExpireDue(adapters)),
    auditStock: run('auditStock', createAuditStock(adapters)),
    rebuildStock: run('rebuildStock', createRebuildStock(adapters)),
  };
};
