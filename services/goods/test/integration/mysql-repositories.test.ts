import t from 'tap';
import { repositoriesContract } from '../contract/repositories.contract.ts';
import { createMysqlStore, migratedDatabase } from '../support/mysql-store.ts';

await repositoriesContract(t, async () => createMysqlStore(t, await migratedDatabase(t)));
