import type { AnyAction, ServiceContract } from '@app/contracts';
import type { ActionMetadata } from './types.ts';

/**
 * moleculer leaves out of its packets every object that it has seen before, taking it for a circle:
 * a schema that several actions share (`limit` of all pages) would reach gateways once only.
 */
const unshared = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** What the registry tells others of an action. */
export const actionMetadata = (service: string, key: string, action: AnyAction): ActionMetadata =>
  unshared({
    service,
    action: key,
    summary: action.summary,
    errors: action.errors,
    idempotent: action.idempotent,
    ...(action.description === undefined ? {} : { description: action.description }),
    ...(action.timeoutMs === undefined ? {} : { timeoutMs: action.timeoutMs }),
    ...(action.route === undefined
      ? {}
      : { route: action.route, params: action.params, result: action.result }),
  });

/** The same for all actions of a contract, for tools that have no registry. */
export const contractMetadata = (contract: ServiceContract): readonly ActionMetadata[] =>
  Object.entries(contract.actions as Readonly<Record<string, AnyAction>>).map(([key, action]) =>
    actionMetadata(contract.name, key, action),
  );
