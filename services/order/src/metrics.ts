import { Counter } from 'prom-client';

/** Things an operator must look at. */
export const orderAlarms = new Counter({
  name: 'app_order_alarms_total',
  help: 'Orders that need somebody: follow_up_refused, follow_up_stuck, abnormal_refund, due_failed',
  labelNames: ['alarm'] as const,
});
