import createRouter from 'find-my-way';
import { findRouteFault, toActionRoute } from './route.ts';
import type { ActionRoute, DeclaredAction, HttpMethod, SystemRoute } from './route.ts';

export type AnyRoute<Exchange> = ActionRoute | SystemRoute<Exchange>;

export interface RouteMatch<Exchange> {
  readonly kind: 'found';
  readonly route: AnyRoute<Exchange>;
  readonly params: Readonly<Record<string, string | undefined>>;
}

export type Lookup<Exchange> =
  | RouteMatch<Exchange>
  | { readonly kind: 'unknown-path' }
  | { readonly kind: 'wrong-method'; readonly allow: string }
  | { readonly kind: 'malformed' };

/** The routes at one moment. A change makes a new table; a request sees one table only. */
export interface RouteTable<Exchange> {
  /** `HEAD` finds the route of `GET`. `path` has no query. */
  find(method: string, path: string): Lookup<Exchange>;
  readonly routes: readonly AnyRoute<Exchange>[];
}

export interface RouteFault {
  readonly action: string;
  readonly fault: string;
}

/** Longer than any id; an upper bound for what a path parameter may hold. */
const PATH_PARAM_LENGTH_MAX = 512;

const routeMethods: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const unknownPath = { kind: 'unknown-path' } as const;
const malformed = { kind: 'malformed' } as const;

const nothing = (): undefined => undefined;

/** Builds the table. Routes that cannot be taken are told to `onFault` and left out; the first of two that collide stays. */
export const buildRouteTable = <Exchange>(
  system: readonly SystemRoute<Exchange>[],
  actions: readonly DeclaredAction[],
  onFault: (fault: RouteFault) => void = nothing,
): RouteTable<Exchange> => {
  // `onBadUrl` makes an escape that cannot be decoded differ from a path that nobody declares.
  const router = createRouter({ maxParamLength: PATH_PARAM_LENGTH_MAX, onBadUrl: nothing });
  const routes: AnyRoute<Exchange>[] = [];

  const add = (route: AnyRoute<Exchange>): void => {
    const path = route.pattern.replaceAll(/\{([^}]+)\}/g, ':$1');
    router.on(route.method, path, nothing, route);
    routes.push(route);
  };

  for (const route of system) add(route);
  for (const declared of actions) {
    const definition = declared.app.route;
    if (definition === undefined) continue;
    const fault = findRouteFault(definition);
    if (fault !== undefined) {
      onFault({ action: declared.name, fault });
      continue;
    }
    try {
      add(toActionRoute(declared, definition));
    } catch (error) {
      onFault({
        action: declared.name,
        fault: error instanceof Error ? error.message : String(error),
      });
    }
  }

  const allowedOn = (path: string): string[] =>
    routeMethods.filter((method) => {
      const found = router.find(method, path);
      return found !== null && found.store !== null && !hasEmptyParam(found.params);
    });

  return {
    routes,
    find: (method, path) => {
      if (path.charCodeAt(0) !== 47) return unknownPath;
      const found = router.find((method === 'HEAD' ? 'GET' : method) as HttpMethod, path);
      if (found !== null && found.store === null) return malformed;
      if (found !== null && !hasEmptyParam(found.params))
        return { kind: 'found', route: found.store as AnyRoute<Exchange>, params: found.params };
      const allow = allowedOn(path);
      if (allow.length === 0) return isDecodable(path) ? unknownPath : malformed;
      return { kind: 'wrong-method', allow: allowHeader(allow) };
    },
  };
};

/** `/addresses/` is not an address without an id, it is another path. */
const hasEmptyParam = (params: Readonly<Record<string, string | undefined>>): boolean => {
  for (const name in params) if (params[name] === '') return true;
  return false;
};

const isDecodable = (path: string): boolean => {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
};

const allowHeader = (methods: readonly string[]): string =>
  [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
