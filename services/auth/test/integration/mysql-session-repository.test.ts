import t from 'tap';
import { sessionRepositoryContract } from '../contract/session-repository.contract.ts';
import { createMysqlStore, migratedDatabase } from '../support/mysql-store.ts';

await sessionRepositoryContract(t, async () => createMysqlStore(t, await migratedDatabase(t)));
