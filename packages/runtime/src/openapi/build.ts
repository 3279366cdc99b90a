import type { ActionMetadata } from '../actions/types.ts';
import { components } from './components.ts';
import { operationOf, type Json } from './operation.ts';

export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Where the API is reached; default the server the document came from. */
  readonly serverUrl?: string;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Json;
  readonly servers: readonly Json[];
  readonly tags: readonly Json[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Json;
}

const byPath = (left: ActionMetadata, right: ActionMetadata): number => {
  const a = `${left.route?.path ?? ''} ${left.route?.method ?? ''} ${left.service}`;
  const b = `${right.route?.path ?? ''} ${right.route?.method ?? ''} ${right.service}`;
  return a < b ? -1 : a > b ? 1 : 0;
};

/**
 * The OpenAPI 3.1 document of a set of actions, from a registry or from the contracts. Actions
 * without a route are left out; the same action seen on several nodes counts once. Pure: equal
 * actions give an equal document, in whatever order they come.
 */
export const buildOpenApi = (
  actions: readonly ActionMetadata[],
  info: OpenApiInfo,
): OpenApiDocument => {
  const paths: Record<string, Record<string, Json>> = {};
  const tags = new Set<string>();
  for (const action of [...actions].sort(byPath)) {
    const { route } = action;
    if (route === undefined) continue;
    const item = (paths[route.path] ??= {});
    const method = route.method.toLowerCase();
    if (item[method] !== undefined) continue;
    item[method] = operationOf(action, route);
    tags.add(action.service);
  }
  const { title, version, description, serverUrl = '/' } = info;
  return {
    openapi: '3.1.0',
    info: { title, version, ...(description === undefined ? {} : { description }) },
    servers: [{ url: serverUrl }],
    tags: [...tags].sort().map((name) => ({ name })),
    paths,
    components,
  };
};
