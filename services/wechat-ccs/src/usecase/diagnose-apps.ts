import type { Clock } from '@app/kernel';
import { isUsable } from '../domain/access-token.ts';
import { isFailing } from '../domain/refresh-report.ts';
import { toFailureView } from '../domain/views.ts';
import type { AppDirectory, RefreshReports, TokenStates } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: Pick<AppDirectory, 'list'>;
  readonly states: TokenStates;
  readonly reports: RefreshReports;
  readonly clock: Clock;
}

export const createDiagnoseApps =
  ({ apps, states, reports, clock }: Deps): Usecases['diagnoseApps'] =>
  async () => {
    const findings = await Promise.all(
      apps.list().map(async ({ appId }) => {
        const report = await reports.find(appId);
        if (report.failure === null || !isFailing(report)) return [];
        const token = await states.find(appId);
        const problem = toFailureView(report.failure, 'en');
        return [{ appId, isUsable: isUsable(token, clock.nowMs()), problem }];
      }),
    );
    return { items: findings.flat() };
  };
