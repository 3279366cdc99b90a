import { fakeClock } from '@app/testing';
import t from 'tap';
import { appRepositoryContract } from '../../contract/app-repository.contract.ts';
import { quotaLedgerContract } from '../../contract/quota-ledger.contract.ts';
import { sessionKeyRepositoryContract } from '../../contract/session-key-repository.contract.ts';
import { pushRepositoryContract } from '../../contract/push-repository.contract.ts';
import {
  createMemoryAppRows,
  createMemoryPushes,
  createMemoryQuotas,
  createMemorySessionKeys,
  createMemoryUploadTimes,
} from '../../support/memory-stores.ts';
import { subscriptionsContract } from '../../contract/subscriptions.contract.ts';
import { uploadTimesContract } from '../../contract/upload-times.contract.ts';
import { NOON_MS } from '../../support/build-deps.ts';
import { createMemorySubscriptions } from '../../support/memory-subscriptions.ts';

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

t.test('the memory subscriptions are subscriptions', async (t) => {
  subscriptionsContract(t, () => {
    const clock = fakeClock(NOON_MS);
    const stores = createMemorySubscriptions(() => clock.nowMs());
    return { ...stores, clock, within: (work) => work(undefined) };
  });
});

t.test('the memory upload times are upload times', async (t) => {
  uploadTimesContract(t, createMemoryUploadTimes);
});

t.test('the memory apps are apps', async (t) => {
  appRepositoryContract(t, createMemoryAppRows);
});
