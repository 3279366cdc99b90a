import { Type } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import { closed, view } from '../schemas.ts';
import { stockErrors } from './errors.ts';

export { stockErrors } from './errors.ts';

export const stock = defineService({
  name: 'stock',
  summary: 'What stock is for, in one line',
  errors: stockErrors,
  actions: {
    ping: {
      summary: 'Counts how often a name was said; replace it by the first real action',
      params: closed({ name: Type.String({ minLength: 1, maxLength: 50, examples: ['hello'] }) }),
      result: view({ count: Type.Integer({ minimum: 1 }) }),
      errors: [],
      idempotent: false,
      route: {
        method: 'POST',
        path: '/internal/v1/stock/pings',
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
