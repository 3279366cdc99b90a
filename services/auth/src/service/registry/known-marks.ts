import { actionMarks, type ActionSpec } from '@app/contracts';
import type { Host } from '@app/runtime';
import type { KnownMarks } from '../../service.ts';

interface Announced {
  readonly actions?: Readonly<
    Record<string, { readonly app?: { readonly route?: ActionSpec['route'] } }>
  >;
}

/**
 * The marks of all routes: those of the contracts this service was built with, and those that
 * running services announce, so that a service deployed later brings its marks with it.
 */
export const createKnownMarks = ({ broker }: Pick<Host, 'broker'>): KnownMarks => ({
  list: () => {
    const marks = new Map<string, Set<string>>();
    const add = (mark: string, route: string): void => {
      marks.set(mark, (marks.get(mark) ?? new Set()).add(route));
    };
    for (const [mark, routes] of actionMarks) for (const route of routes) add(mark, route);
    const services = broker.registry.getServiceList({ withActions: true }) as Announced[];
    for (const { actions = {} } of services)
      for (const { app } of Object.values(actions))
        if (app?.route?.mark !== undefined)
          add(app.route.mark, `${app.route.method} ${app.route.path}`);
    return [...marks]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([mark, routes]) => ({ mark, routes: [...routes].sort() }));
  },
});
