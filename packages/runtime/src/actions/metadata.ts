import type { AnyAction, ServiceContract } from '@app/contracts';
import type { ActionMetadata } from './types.ts';

/** What the registry tells others of an action. */
export const actionMetadata = (
  service: string,
  key: string,
  action: AnyAction,
): ActionMetadata => ({
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
