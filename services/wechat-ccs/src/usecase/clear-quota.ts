import type { AppDirectory, QuotaLedger } from '../repository.ts';
import type { AdminJournal, QuotaClearing } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly quotas: Pick<QuotaLedger, 'clearDay' | 'left'>;
  readonly clearing: QuotaClearing;
  readonly journal: AdminJournal;
}

/** Our own counts follow WeChat's, and only when it said yes. */
export const createClearQuota =
  ({ apps, quotas, clearing, journal }: Deps): Usecases['clearQuota'] =>
  async ({ appId: wantedAppId, withSecret = false }, { adminId }) => {
    const { appId } = apps.get(wantedAppId);
    await clearing.clear(appId, withSecret ? 'secret' : 'token');
    await quotas.clearDay(appId);
    journal.wrote(adminId, 'clearQuota', appId);
    return { clearsLeft: await quotas.left(appId, 'clearQuota') };
  };
