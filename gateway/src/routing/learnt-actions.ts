import type { AnyAction, ServiceContract } from '@app/contracts';
import type { ActionMetadata } from '@app/runtime';
import type { DeclaredAction } from './route.ts';

/** A service as one node announces it in the registry (moleculer `ServiceItem`, as far as it is read here). */
export interface AnnouncedService {
  readonly name: string;
  readonly actions?: Readonly<Record<string, unknown>> | undefined;
}

/** The actions that contracts promise, known before any service is up. */
export const promisedActions = (
  services: Readonly<Record<string, ServiceContract>>,
): DeclaredAction[] =>
  Object.values(services).flatMap((service) =>
    Object.entries<AnyAction>(service.actions).map(([key, { name, ...spec }]) => ({
      service: service.name,
      name,
      app: { ...spec, service: service.name, action: key },
    })),
  );

const isMetadata = (value: unknown): value is ActionMetadata =>
  value !== null &&
  typeof value === 'object' &&
  typeof (value as ActionMetadata).summary === 'string' &&
  Array.isArray((value as ActionMetadata).errors);

/** The actions with metadata of ours that nodes announce. */
export const announcedActions = (services: readonly AnnouncedService[]): DeclaredAction[] =>
  services.flatMap((service) =>
    Object.entries(service.actions ?? {}).flatMap(([name, definition]) => {
      const app = (definition as { app?: unknown } | undefined)?.app;
      return isMetadata(app) ? [{ service: service.name, name, app }] : [];
    }),
  );

/** Every action with a route that this gateway has heard of. */
export interface LearntActions {
  /** Takes what is announced now. */
  update(services: readonly AnnouncedService[]): void;
  list(): DeclaredAction[];
}

/**
 * Starts from the contracts, so that a route whose service is down, or not yet up, is a 503 and not
 * a 404. What nodes announce wins over the contract (a redeployed service brings its routes with
 * it) and is kept when they leave. Only a service that is up and no longer announces an action
 * takes a learnt route away.
 */
export const createLearntActions = (promised: readonly DeclaredAction[]): LearntActions => {
  const promisedByName = new Map(promised.map((action) => [action.name, action]));
  const known = new Map(promisedByName);
  return {
    update: (services) => {
      const announced = announcedActions(services);
      const names = new Set(announced.map((action) => action.name));
      const up = new Set(announced.map((action) => action.service));
      for (const action of known.values())
        if (up.has(action.service) && !names.has(action.name) && !promisedByName.has(action.name))
          known.delete(action.name);
      for (const action of announced) known.set(action.name, action);
    },
    list: () => [...known.values()],
  };
};
