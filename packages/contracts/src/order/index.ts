import { Type } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import { closed, view } from '../schemas.ts';
import { orderErrors } from './errors.ts';

export { orderErrors } from './errors.ts';

export const order = defineService({
  name: 'order',
  summary: 'What order is for, in one line',
  errors: orderErrors,
  actions: {
    ping: {
      summary: 'Counts how often a name was said; replace it by the first real action',
      params: closed({ name: Type.String({ minLength: 1, maxLength: 50, examples: ['hello'] }) }),
      result: view({ count: Type.Integer({ minimum: 1 }) }),
      errors: [],
      idempotent: false,
      route: {
        method: 'POST',
        path: '/internal/v1/order/pings',
        audience: 'internal',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
  },
  facts: {},
  hints: {},
  queues: {},
});
