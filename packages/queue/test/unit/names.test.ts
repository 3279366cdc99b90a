import t from 'tap';
import { checkId, checkQueueName, prefixOf } from '../../src/names.ts';

t.test(
  'a queue name is what a contract makes, and a colon is refused with the reason',
  async (t) => {
    for (const name of ['order-payment-timeout', 'user-pii-reencrypt', 'a1']) {
      t.doesNotThrow(() => checkQueueName(name));
    }
    for (const name of ['order:timeout', 'Order', '', '-a', 'a-', 'a b', 'x'.repeat(101)]) {
      t.throws(() => checkQueueName(name), /kebab-case/, name);
    }
  },
);

t.test(
  'an id is never digits only, never holds a colon, and the message says what to do',
  async (t) => {
    for (const id of ['order-8731', 'a', 'activity-01K9ZQ4T6V8N2M3P5R7S9W1X0Y']) {
      t.doesNotThrow(() => checkId('job id', id));
    }
    t.throws(() => checkId('job id', '8731'), /digits only.*like "order-8731"/);
    t.throws(() => checkId('job id', 'order:8731'), /holds a colon.*use "-"/);
    t.throws(() => checkId('schedule id', ''), /schedule id "" must be 1-200 of/);
    t.throws(() => checkId('job id', 'a b'), /must be 1-200 of/);
  },
);

t.test('all keys of a queue share a hash tag of its own', async (t) => {
  t.equal(prefixOf('mall', 'order-timeout'), '{mall-order-timeout}');
  t.not(prefixOf('mall', 'order-timeout'), prefixOf('mall', 'order-closer'));
});
