import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
import t from 'tap';
import { batchWrites } from '../../src/host/batched-writes.ts';

const fakeConnection = () => {
  const protocol = {
    writes: 0,
    flushPending() {
      this.writes += 1;
    },
  };
  return { protocol, connection: { protocol } as unknown as NatsConnection };
};

t.test('everything sent in one turn of the event loop leaves in one write', async (t) => {
  const { protocol, connection } = fakeConnection();
  batchWrites(connection);

  for (let index = 0; index < 10; index += 1) protocol.flushPending();
  t.equal(protocol.writes, 0);
  await nextTurn();
  await nextTurn();

  t.equal(protocol.writes, 1);
});

t.test('what comes later is written later, and a reconnect does not batch twice', async (t) => {
  const { protocol, connection } = fakeConnection();
  batchWrites(connection);
  batchWrites(connection);

  protocol.flushPending();
  await nextTurn();
  await nextTurn();
  protocol.flushPending();
  await nextTurn();
  await nextTurn();

  t.equal(protocol.writes, 2);
});

t.test('a client that looks different is left alone', async (t) => {
  const connection = {} as NatsConnection;

  batchWrites(connection);

  t.same(connection, {});
});
