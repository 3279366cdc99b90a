import { validationFailed } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { hasBody, parseJsonObject, readRawBody, requireJson } from '../http/read-body.ts';
import { coerceQuery, parseQuery } from '../routing/query.ts';
import type { ActionRoute } from '../routing/route.ts';

/**
 * Puts the action's params together: the path's, and those of the body (POST, PUT, PATCH) or of
 * the query (GET, DELETE; their bodies mean nothing and are not read). What a schema says about
 * them, only the service judges.
 */
export const readParams = (exchange: Exchange): void | Promise<void> => {
  const { route } = exchange;
  if (route?.kind !== 'action') return;
  if (route.definition.audience === 'callback') return readCallback(exchange);
  if (route.takesBody) return readBodyParams(exchange, route);
  const params =
    exchange.search === '' ? {} : coerceQuery(parseQuery(exchange.search), route.coercions);
  exchange.params = withPathParams(params, exchange);
};

const readBodyParams = async (exchange: Exchange, route: ActionRoute): Promise<void> => {
  refuseQuery(exchange);
  const bytes = await readJsonBytes(exchange);
  const params = bytes === undefined ? {} : parseJsonObject(bytes, exchange.locale);
  exchange.params = route.pathParams.length === 0 ? params : withPathParams(params, exchange);
};

const readJsonBytes = (exchange: Exchange): Promise<Buffer> | undefined => {
  const { req, res } = exchange;
  if (!hasBody(req)) return undefined;
  requireJson(req);
  return readRawBody(req, res);
};

/** A route that reads its body reads no query: a field there would be ignored silently. */
const refuseQuery = (exchange: Exchange): void => {
  const [name] = Object.keys(parseQuery(exchange.search));
  if (name !== undefined) throw validationFailed(name, 'unknown', exchange.locale);
};

/** The path decides what is meant; the same name elsewhere in the request is a field nobody knows. */
const withPathParams = (
  params: Record<string, unknown>,
  { pathParams, locale }: Exchange,
): Record<string, unknown> => {
  for (const name in pathParams) {
    if (Object.hasOwn(params, name)) throw validationFailed(name, 'unknown', locale);
    params[name] = pathParams[name];
  }
  return params;
};

const readCallback = async (exchange: Exchange): Promise<void> => {
  const { req, res, search } = exchange;
  exchange.params = withPathParams({}, exchange);
  const body = await readRawBody(req, res);
  exchange.raw = {
    method: exchange.method,
    headers: singleValued(req.headers),
    query: singleValued(parseQuery(search)),
    body,
  };
};

/** Providers send nothing twice; of a repeated name the first value counts. */
const singleValued = (
  values: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> => {
  const single: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(values)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) single[name] = first;
  }
  return single;
};
