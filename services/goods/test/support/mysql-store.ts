import { fileURLToPath } from 'node:url';
import { createDatabase, createOutbox, migrate, mysqlKeys, type Database } from '@app/mysql';
import { readConfig } from '@app/runtime';
import { createTestDatabase, createTestHost, type TestDatabase } from '@app/testing';
import type { Test } from 'tap';
import type { GoodsFact } from '../../src/domain/goods-fact.ts';
import { createMysqlCatalogue } from '../../src/repository/repo/mysql-catalogue.ts';
import { createMysqlCategoryRepository } from '../../src/repository/repo/mysql-category-repository.ts';
import { createMysqlGoodsRepository } from '../../src/repository/repo/mysql-goods-repository.ts';
import { createMysqlImportRepository } from '../../src/repository/repo/mysql-import-repository.ts';
import { createMysqlSkuReader } from '../../src/repository/repo/mysql-sku-reader.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';

const migrationsDir = fileURLToPath(new URL('../../migrations', import.meta.url));

/** A fresh schema with this service's tables; gone when the test ends. */
export const migratedDatabase = (t: Test): Promise<TestDatabase> =>
  createTestDatabase({
    label: 'goods',
    scope: t,
    migrate: ({ addr, admin, schema }) =>
      migrate({ adminConfig: { addr, ...admin }, service: 'goods', migrationsDir, schema }),
  });

/** The environment that points a service at a test's schema. */
export const mysqlEnv = (database: TestDatabase): Record<string, string> => ({
  MYSQL_ADDR: database.addr,
  MYSQL_USER: database.user,
  MYSQL_PASS: database.password,
  MYSQL_SCHEMA: database.schema,
});

/** The repositories on a real database. */
export const createMysqlStore = async (t: Test, database: TestDatabase) => {
  const host = await createTestHost({ service: 'goods', scope: t });
  const config = readConfig(mysqlKeys, mysqlEnv(database), { service: 'goods' });
  const db = createDatabase<Tables>(config, { host, service: 'goods' });
  await db.start();
  t.teardown(() => db.stop());
  const outbox = createOutbox(db, host);
  return {
    db,
    goods: createMysqlGoodsRepository({ db, outbox }),
    categories: createMysqlCategoryRepository({ db, clock: host.clock }),
    imports: createMysqlImportRepository({ db, outbox }),
    catalogue: createMysqlCatalogue(db, () => false),
    skus: createMysqlSkuReader(db),
    factsOf: (spuId: string) => factsOf(db, spuId),
  };
};

const factsOf = async (db: Database<Tables>, spuId: string): Promise<readonly GoodsFact[]> => {
  const rows = await db.write
    .selectFrom('outbox')
    .select(['fact', 'payload'])
    .where('payload', 'like', `%${spuId}%`)
    .orderBy('id')
    .execute();
  return rows.map(
    ({ fact, payload }) =>
      ({ name: fact.replace('goods.', ''), payload: JSON.parse(payload) as unknown }) as GoodsFact,
  );
};
