import { Counter, Gauge } from 'prom-client';

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

export const billFailures = new Counter({
  name: 'app_pay_bill_failures_total',
  help: 'Tries to fetch or read a bill that failed, by why: hash, bill (not in its form), …',
  labelNames: ['reason'] as const,
});

export const openTickets = new Gauge({
  name: 'app_pay_reconciliation_tickets_open',
  help: 'Differences between WeChat and us that nobody has resolved',
});

export const reconciliationLate = new Gauge({
  name: 'app_pay_reconciliation_late_seconds',
  help: 'For how long the oldest day that is not reconciled could have been; 0 when none is due',
});

export const booksLookedAt = new Gauge({
  name: 'app_pay_reconciliation_looked_timestamp_seconds',
  help: 'When this node last counted open tickets and late days',
});
