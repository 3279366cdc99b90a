import { join } from 'node:path';
import { ensureDir, localDir } from '../../deploy/cli/paths.ts';
import { startTestStores, type TestStores } from '../../deploy/cli/tests/stores.ts';

/** Real stores of this benchmark alone; their addresses are in TEST_* as for tests. */
export const prepareStores = async (): Promise<TestStores> => {
  const stores = await startTestStores(ensureDir(join(localDir, `test-${process.pid}`)));
  Object.assign(process.env, stores.env);
  return stores;
};
