import type { Clock } from '@app/kernel';
import type { AppEntry } from '../domain/app-registry.ts';
import { toAppView, toTokenStateView } from '../domain/views.ts';
import type { AppRegistry, QuotaLedger, RefreshReports, TokenStates } from '../repository.ts';
import type { Admin, Usecases } from '../usecase.ts';

interface Deps {
  readonly registry: AppRegistry;
  readonly states: TokenStates;
  readonly quotas: Pick<QuotaLedger, 'left'>;
  readonly reports: RefreshReports;
  readonly clock: Clock;
}

const LIMIT_DEFAULT = 20;

const encodeCursor = (appId: string): string => Buffer.from(appId).toString('base64url');
const decodeCursor = (cursor: string): string => Buffer.from(cursor, 'base64url').toString();

export const createListApps =
  ({ registry, states, quotas, reports, clock }: Deps): Usecases['listApps'] =>
  async ({ limit = LIMIT_DEFAULT, cursor }, { language }: Admin) => {
    const withToken = async (entry: AppEntry) => {
      const [token, report, forcesLeftToday] = await Promise.all([
        states.find(entry.appId),
        reports.find(entry.appId),
        quotas.left(entry.appId, 'forcedToken'),
      ]);
      const state = { token, report, forcesLeftToday };
      return { ...toAppView(entry), token: toTokenStateView(state, clock.nowMs(), language) };
    };
    const after = cursor === undefined ? '' : decodeCursor(cursor);
    const rest = registry.entries().filter(({ appId }) => appId > after);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    return {
      items: await Promise.all(page.map(withToken)),
      nextCursor: rest.length > page.length && last !== undefined ? encodeCursor(last.appId) : null,
    };
  };
