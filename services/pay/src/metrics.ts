import { Counter } from 'prom-client';

/** Every metric of this service; labels have few values each. */

export const settlements = new Counter({
  name: 'app_pay_settlements_total',
  help: 'News of payments that were applied, by where they came from and what the payment is then',
  labelNames: ['source', 'state'] as const,
});

export const mismatches = new Counter({
  name: 'app_pay_mismatches_total',
  help: 'News that do not fit the payment and had no effect: money is somewhere it should not be',
  labelNames: ['what'] as const,
});

export const abnormalRefunds = new Counter({
  name: 'app_pay_abnormal_refunds_total',
  help: 'Refunds that the account of the payer does not take; an operator must act',
});

export const rejectedRefunds = new Counter({
  name: 'app_pay_rejected_refunds_total',
  help: 'Tries to send a refund that WeChat Pay refused for good; an operator must act',
});

export const noticesRefused = new Counter({
  name: 'app_pay_notices_refused_total',
  help: 'Notifications that are not genuine, by what is wrong with them',
  labelNames: ['reason'] as const,
});
