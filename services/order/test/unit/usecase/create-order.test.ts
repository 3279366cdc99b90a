import { DomainError } from '@app/kernel';
import t from 'tap';
import { createCreateOrder } from '../../../src/usecase/create-order.ts';
import { anAddress, anItem, ids, NOON_MS } from '../../support/builders.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const skuId = ids.next();
const failing = (code: string, data = {}) => new DomainError(code, 'unavailable', { data });

const build = (failure?: Error) => {
  const { orders } = createMemoryStore();
  const told: string[] = [];
  const createOrder = createCreateOrder({
    orders: {
      ...orders,
      insert: failure === undefined ? orders.insert : () => Promise.reject(failure),
    },
    prices: { priceLines: () => Promise.resolve([anItem({ skuId })]) },
    people: { address: () => Promise.resolve(anAddress()) },
    stock: {
      reserve: (orderNo, _, expiresAtMs) => {
        told.push(`reserve ${orderNo}`);
        return Promise.resolve({ expiresAtMs });
      },
      release: (orderNo) => {
        told.push(`release ${orderNo}`);
        return Promise.resolve();
      },
    },
    jobs: { due: (atMs) => told.push(`due ${atMs}`) },
    clock: { nowMs: () => NOON_MS },
    ...{ ids, paymentTimeoutMs: 1_800_000 },
  });
  const operation = { operationId: ids.next(), complete: () => Promise.resolve() };
  const run = (quantity = 1) =>
    createOrder({
      ...{ userId: ids.next(), items: [{ skuId, quantity }], addressId: ids.next(), operation },
    });
  return { run, told };
};

t.test('the deadline is the buyer’s; stock holds the pieces a little longer', async (t) => {
  const { run, told } = build();

  const { expiresAt, orderNo } = await run();

  t.equal(Date.parse(expiresAt), NOON_MS + 1_800_000);
  t.same(told, [`reserve ${orderNo}`, `due ${NOON_MS + 1_800_000}`]);
});

t.test('an order that certainly is not there gives its pieces back at once', async (t) => {
  const { run, told } = build(failing('SERVICE_UNAVAILABLE', { outcome: 'not_done' }));

  await t.rejects(run(), { code: 'SERVICE_UNAVAILABLE' });

  t.equal(told.length, 2);
  t.equal(told[1], told[0]?.replace('reserve', 'release'));
});

t.test('while it is unknown whether it is there they stay, and end by themselves', async (t) => {
  for (const failure of [
    failing('SERVICE_UNAVAILABLE', { outcome: 'unknown' }),
    failing('IDEMPOTENCY_IN_PROGRESS'),
  ]) {
    const { run, told } = build(failure);

    await t.rejects(run(), failure);

    t.equal(told.length, 1);
  }
});

t.test('too many pieces of one SKU are refused by the name of the field', async (t) => {
  const error: unknown = await build()
    .run(10_000)
    .catch((reason: unknown) => reason);

  t.match(error, { code: 'VALIDATION_FAILED', data: { errors: [{ field: 'items' }] } });
});
