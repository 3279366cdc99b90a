import { Counter, Gauge } from 'prom-client';
import type { ReencryptProgress } from './service.ts';

/** Every metric of this service's own. */
const piiRowsPending = new Gauge({
  name: 'app_user_pii_rows_pending',
  help: 'Rows whose personal data an older key sealed; 0 means that key may leave DATA_KEYS',
  // With a label there is no value, and so no false 0, before the rows were counted.
  labelNames: ['service'] as const,
});

const piiRowsFailed = new Counter({
  name: 'app_user_pii_rows_failed_total',
  help: 'Rows that a re-encryption could not open: their key is missing or they were altered',
});

export const reencryptProgress: ReencryptProgress = {
  pending: (rows) => {
    piiRowsPending.set({ service: 'user' }, rows);
  },
  failed: (rows) => {
    piiRowsFailed.inc(rows);
  },
};
