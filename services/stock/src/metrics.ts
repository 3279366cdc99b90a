import { Gauge } from 'prom-client';
import type { AuditReport } from './service.ts';

/** Every metric of this service's own. */
const auditDifferences = new Gauge({
  name: 'app_stock_audit_differences',
  help: 'Balances that disagree with the ledger or the reservations, at the last audit; 0 is the only good value',
  // With a label there is no value, and so no false 0, before the first audit.
  labelNames: ['service'] as const,
});

const auditedAt = new Gauge({
  name: 'app_stock_audit_last_run_timestamp_seconds',
  help: 'When this node last compared all stock with its ledger',
  labelNames: ['service'] as const,
});

export const auditReport: AuditReport = {
  found: (differenceCount) => {
    auditDifferences.set({ service: 'stock' }, differenceCount);
    auditedAt.set({ service: 'stock' }, Math.floor(Date.now() / 1000));
  },
};
