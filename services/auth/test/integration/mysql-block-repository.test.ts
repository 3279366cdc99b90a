import t from 'tap';
import { createMysqlBlockRepository } from '../../src/repository/repo/mysql-block-repository.ts';
import { blockRepositoryContract } from '../contract/block-repository.contract.ts';
import { createMysqlStore, migratedDatabase } from '../support/mysql-store.ts';

await blockRepositoryContract(t, async () => {
  const { db } = await createMysqlStore(t, await migratedDatabase(t));
  return createMysqlBlockRepository({ db });
});
