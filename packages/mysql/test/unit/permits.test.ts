import t from 'tap';
import { eventually } from '@app/testing';
import { createPermits } from '../../src/pool/permits.ts';

const options = { name: 'pool', limit: 2, queueMax: 2, waitMaxMs: 1_000 };

t.test('no more than the limit at once, then first come first served', async (t) => {
  const permits = createPermits(options);
  const order: string[] = [];
  await permits.take();
  await permits.take();

  const waiting = ['a', 'b'].map((name) => permits.take().then(() => order.push(name)));
  t.same([permits.taken, permits.waiting], [2, 2]);
  permits.give();
  permits.give();
  await Promise.all(waiting);

  t.same(order, ['a', 'b']);
  t.same([permits.taken, permits.waiting], [2, 0]);
  permits.give();
  permits.give();
  t.equal(permits.taken, 0);
});

t.test('one more than may wait is refused at once; an urgent one goes to the head', async (t) => {
  const permits = createPermits(options);
  const order: string[] = [];
  await permits.take();
  await permits.take();
  const waiting = ['a', 'b'].map((name) => permits.take().then(() => order.push(name)));

  await t.rejects(permits.take(), { code: 'SERVICE_UNAVAILABLE', data: { reason: 'pool' } });
  const urgent = permits.take({ urgent: true }).then(() => order.push('urgent'));
  for (let n = 0; n < 3; n += 1) permits.give();
  await Promise.all([...waiting, urgent]);

  t.same(order, ['urgent', 'a', 'b']);
});

t.test('who waited too long leaves the queue, and the permit goes to the next', async (t) => {
  const permits = createPermits({ ...options, limit: 1 });
  await permits.take();

  const late = permits.take({ waitMs: 10 });
  const patient = permits.take();
  await t.rejects(late, { code: 'SERVICE_UNAVAILABLE', message: /within 10 ms/ });
  permits.give();

  await t.resolves(patient);
  t.equal(permits.taken, 1);
});

t.test('closing refuses those who wait and those who come', async (t) => {
  const permits = createPermits({ ...options, limit: 1 });
  await permits.take();
  const waiting = permits.take();

  permits.close();

  await t.rejects(waiting, /is stopped/);
  await t.rejects(permits.take(), /is stopped/);
  permits.give();
  await eventually(() => permits.taken === 0);
});
