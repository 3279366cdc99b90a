import { toRfc3339 } from '@app/kernel';
import type { AppDirectory, QuotaLedger } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly quotas: Pick<QuotaLedger, 'usage'>;
}

export const createListQuotas =
  ({ apps, quotas }: Deps): Usecases['listQuotas'] =>
  async ({ appId: wantedAppId }) => {
    const { appId } = apps.get(wantedAppId);
    const usage = await quotas.usage(appId);
    return {
      appId,
      items: usage.map(({ resetsAtMs, left, max, ...quota }) => ({
        ...quota,
        max,
        used: max - left,
        left,
        resetsAt: resetsAtMs === null ? null : toRfc3339(resetsAtMs),
      })),
    };
  };
