import t from 'tap';
import { accessTokenStoreContract } from '../../contract/access-token-store.contract.ts';
import { quotaLedgerContract } from '../../contract/quota-ledger.contract.ts';
import { sessionKeyRepositoryContract } from '../../contract/session-key-repository.contract.ts';
import { pushRepositoryContract } from '../../contract/push-repository.contract.ts';
import {
  createMemoryPushes,
  createMemoryQuotas,
  createMemorySessionKeys,
  createMemoryTokenStore,
} from '../../support/memory-stores.ts';

t.test('the memory token store is a token store', async (t) => {
  accessTokenStoreContract(t, createMemoryTokenStore);
});

t.test('the memory session keys are session keys', async (t) => {
  sessionKeyRepositoryContract(t, createMemorySessionKeys);
});

t.test('the memory pushes are pushes', async (t) => {
  pushRepositoryContract(t, () => {
    const pushes = createMemoryPushes();
    return {
      pushes,
      facts: () =>
        Promise.resolve(
          pushes.facts.map(
            ({ appId, message: { msgType, event, openid, createdAtMs, fields } }) => ({
              appId,
              msgType,
              event,
              openid,
              createdAtMs,
              message: fields,
            }),
          ),
        ),
    };
  });
});

t.test('the memory quotas are a quota ledger', async (t) => {
  quotaLedgerContract(t, createMemoryQuotas);
});
