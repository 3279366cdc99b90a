import t from 'tap';
import { steps } from '../../src/pipeline/steps.ts';

t.test('the order of the pipeline is the golden list', async (t) => {
  const order = steps.map(({ name }) => name);

  t.same(order, [
    'request-id',
    'security-headers',
    'request-form',
    'route',
    'cors',
    'admission',
    'client-ip',
    'blocked-address',
    'rate-limit-by-ip',
    'authentication',
    'rate-limit-by-caller',
    'idempotency-key',
    'body',
    'call',
    'envelope',
  ]);
});
