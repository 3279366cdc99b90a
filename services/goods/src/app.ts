import { stock } from '@app/contracts';
import { createDatabase, createHousekeeping, createIdempotency, createOutbox } from '@app/mysql';
import { createRedis } from '@app/redis';
import { instrument, type App, type Host } from '@app/runtime';
import type { Config } from './config.ts';
import { createCoherentCatalogue } from './repository/cache/coherent-catalogue.ts';
import { createMysqlCatalogue } from './repository/repo/mysql-catalogue.ts';
import { createMysqlCategoryRepository } from './repository/repo/mysql-category-repository.ts';
import { createMysqlGoodsRepository } from './repository/repo/mysql-goods-repository.ts';
import { createMysqlImportRepository } from './repository/repo/mysql-import-repository.ts';
import { createMysqlSkuReader } from './repository/repo/mysql-sku-reader.ts';
import type { Tables } from './repository/repo/tables.ts';
import { createGoodsActions } from './service/action/goods-actions.ts';
import { createBroadcastCatalogueHints } from './service/client/broadcast-catalogue-hints.ts';
import { createGoodsShelf } from './service/client/goods-shelf.ts';
import { readCsv } from './service/client/read-csv.ts';
import { createStockAvailability, type AskStock } from './service/client/stock-availability.ts';
import { onCatalogueChanged } from './service/event/on-catalogue-changed.ts';
import { createImportJobs } from './service/job/import-chunks.ts';
import { createDemoSeed } from './service/job/seed-demo-goods.ts';
import type { ImportJobs } from './service.ts';
import { createUsecases } from './usecases.ts';

const SERVICE = 'goods';

/** A page does not wait longer for the numbers on it. */
const STOCK_TIMEOUT_MS = 300;

/** What a test may put in the place of the real thing. */
export interface AppOptions {
  /** Told every statement before it runs. */
  readonly onStatement?: (sql: string) => void;
}

/** The composition root: the only file that sees everything. Nothing is connected before the host starts it. */
export const createApp = (host: Host, config: Config, { onStatement }: AppOptions = {}): App => {
  const db = createDatabase<Tables>(config, {
    host,
    service: SERVICE,
    ...(onStatement === undefined ? {} : { onStatement }),
  });
  const redis = createRedis(config, { role: 'queue', host });
  const outbox = createOutbox(db, host);
  const idempotency = createIdempotency(db, host);
  const imports = createImportJobs(host, redis);
  const { adapters, catalogue } = createAdapters(host, config, { db, outbox, jobs: imports.jobs });
  const usecases = createUsecases(adapters, (name, usecase) =>
    instrument(host, SERVICE, name, usecase),
  );
  const isDemo = config.goodsDemoData && host.env === 'dev';
  return {
    name: SERVICE,
    schemas: [
      createGoodsActions({
        usecases,
        runOnce: (call, params, execute) => idempotency.run(call, params, execute),
        onHints: onCatalogueChanged(catalogue),
      }),
    ],
    stores: [db, redis],
    workers: [
      outbox.relay,
      createHousekeeping(db, host),
      ...imports.workers(usecases),
      ...(isDemo ? [createDemoSeed(usecases.seedDemoGoods, host.logger)] : []),
    ],
  };
};

interface Stores {
  readonly db: ReturnType<typeof createDatabase<Tables>>;
  readonly outbox: ReturnType<typeof createOutbox<Tables>>;
  readonly jobs: ImportJobs;
}

const createAdapters = (host: Host, config: Config, { db, outbox, jobs }: Stores) => {
  const { clock, ids } = host;
  const ask: AskStock = async (skuIds) => {
    const question = { skuIds: [...skuIds] };
    const options = { timeoutMs: STOCK_TIMEOUT_MS };
    return (await host.call(stock.actions.getAvailability, question, options)).items;
  };
  const onFailure = (error: unknown): void => {
    host.logger.warn({ err: error }, 'stock does not answer, pages show the last known numbers');
  };
  const availability = createStockAvailability({ ask, clock, onFailure });
  const catalogue = createCoherentCatalogue({
    clock,
    source: (isReplicaFresh) => createMysqlCatalogue(db, isReplicaFresh),
  });
  const adapters = {
    goods: createMysqlGoodsRepository({ db, outbox }),
    categories: createMysqlCategoryRepository({ db, clock }),
    imports: createMysqlImportRepository({ db, outbox }),
    skus: createMysqlSkuReader(db),
    shelf: createGoodsShelf({ availability, clock }),
    hints: createBroadcastCatalogueHints(host.hint),
    imageHosts: config.goodsImageHosts,
    readCsv,
    catalogue,
    jobs,
    clock,
    ids,
  };
  return { adapters, catalogue };
};
