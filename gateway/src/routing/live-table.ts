import type { Host, Logger } from '@app/runtime';
import type { Exchange } from '../http/exchange.ts';
import { routesKnown } from '../metrics.ts';
import type { AnnouncedService, LearntActions } from './learnt-actions.ts';
import type { SystemRoute } from './route.ts';
import { buildRouteTable, type RouteTable } from './route-table.ts';

/** Services come and go in bursts; the table is rebuilt once per burst. */
const REBUILD_AFTER_MS = 50;

export interface LiveTable extends Pick<RouteTable<Exchange>, 'find'> {
  /** Learns from the registry soon. */
  refresh(): void;
  stop(): void;
}

interface ListedService extends AnnouncedService {
  readonly nodeID: string;
}

/** The services that nodes announce now, one entry per node. */
export const listServices = ({ broker }: Pick<Host, 'broker'>): ListedService[] =>
  broker.registry.getServiceList({ withActions: true, onlyAvailable: true }) as ListedService[];

/** Keeps the routing table in step with the registry. */
export const createLiveTable = (options: {
  readonly host: Pick<Host, 'broker'>;
  readonly logger: Logger;
  readonly actions: LearntActions;
  readonly system: readonly SystemRoute<Exchange>[];
}): LiveTable => {
  const { host, logger, actions, system } = options;
  const reported = new Set<string>();

  const build = (): RouteTable<Exchange> =>
    buildRouteTable(system, actions.list(), ({ action, fault }) => {
      const key = `${action}\n${fault}`;
      if (reported.has(key)) return;
      reported.add(key);
      logger.error({ action, fault }, 'a route was refused');
    });

  let current = build();
  let timer: NodeJS.Timeout | undefined;

  const learn = (): void => {
    timer = undefined;
    actions.update(listServices(host));
    current = build();
    routesKnown.set(current.routes.length);
  };

  return {
    find: (method, path) => current.find(method, path),
    refresh: () => {
      // Not moved back by further changes: a service that flaps must not keep the others unknown.
      timer ??= setTimeout(learn, REBUILD_AFTER_MS);
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
};
