import { defineService, services } from '@app/contracts';
import type { Ids } from '@app/kernel';
import { createRateLimiter, createRedis } from '@app/redis';
import { actionHandlers, buildOpenApi, type App, type Host } from '@app/runtime';
import type { Config } from './config.ts';
import { createApiService } from './http/api-service.ts';
import { parseTrustedProxies } from './http/client-ip.ts';
import { createCorsPolicy } from './http/cors.ts';
import { createHttpServer } from './http/http-server.ts';
import { createAuditNotes } from './identity/audit-notes.ts';
import { createBlocks } from './identity/blocks.ts';
import { createRevocations } from './identity/revocations.ts';
import { createTokenVerifier } from './identity/token-verifier.ts';
import { watchAuth } from './identity/watch-auth.ts';
import { watchInFlight } from './metrics.ts';
import type { Gateway, RateLimiter } from './pipeline/gateway.ts';
import { runPipeline } from './pipeline/run.ts';
import { steps } from './pipeline/steps.ts';
import { createLearntActions, promisedActions } from './routing/learnt-actions.ts';
import { createLiveTable, listServices, type LiveTable } from './routing/live-table.ts';
import { docsRoutes } from './system/docs.ts';
import { healthRoutes } from './system/health.ts';
import { createReadiness } from './system/readiness.ts';

/** What tests replace. */
export interface GatewayOverrides {
  readonly limiter?: RateLimiter;
  /** The services that must be ready; default: those of the contracts. */
  readonly requiredServices?: readonly string[];
}

/** The gateway has no actions; under this name it listens to hints. */
const listener = defineService({
  name: 'gateway',
  summary: 'The HTTP edge',
  errors: {},
  actions: {},
});

const monotonicMs = (): number => performance.now();

/** Puts the gateway together. It answers from `start` of the host on. */
export const createApp = (host: Host, config: Config, overrides: GatewayOverrides = {}): App => {
  const redis = createRedis(config, { host, role: 'queue' });
  const revocations = createRevocations();
  const blocks = createBlocks();
  const { workers, subscriptions } = watchAuth(host, { revocations, blocks }, monotonicMs);
  const audit = createAuditNotes({ call: host.call, logger: host.logger });
  const table = createTable(host, overrides.requiredServices ?? Object.keys(services));
  const newRequestId = createRequestIds(host.ids);

  const gateway: Gateway = {
    logger: host.logger,
    dispatch: host.dispatch,
    verifier: createTokenVerifier(
      { app: config.signingKey, appPrevious: config.signingKeyPrevious, admin: config.adminSecret },
      host.clock,
    ),
    revocations,
    blocks,
    clock: host.clock,
    audit,
    limiter: overrides.limiter ?? createRateLimiter(redis, { service: 'gateway' }),
    limitsPerMinute: {
      read: config.readPerMinute,
      write: config.writePerMinute,
      auth: config.authPerMinute,
      code: config.codePerMinute,
    },
    cors: createCorsPolicy(config.corsOrigins),
    proxies: parseTrustedProxies(config.trustedProxies),
    internalKey: config.internalKey,
    inFlightMax: config.inFlightMax,
    newRequestId,
    monotonicMs,
    table,
    inFlight: 0,
    draining: false,
  };
  watchInFlight(gateway);

  const api = createApiService({
    port: config.port,
    host: config.host,
    createServer: (handler) => createHttpServer(handler, { ...config, newRequestId }),
    handle: (exchange) => runPipeline(exchange, gateway, steps),
    monotonicMs,
    onRegistryChange: () => table.refresh(),
    onStop: () => {
      gateway.draining = true;
      table.stop();
    },
  });
  const hints = actionHandlers(listener, {}, { onHints: subscriptions });
  return {
    name: 'gateway',
    schemas: [api, hints],
    stores: [redis],
    workers: [...workers, audit.worker],
  };
};

/** A process's own prefix and a count: as unique as a ULID, without drawing random bytes each time. */
const createRequestIds = (ids: Ids): (() => string) => {
  const prefix = ids.next();
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
};

const createTable = (host: Host, required: readonly string[]): LiveTable => {
  const actions = createLearntActions(promisedActions(services));
  const readiness = createReadiness({
    host,
    services: required,
    nodesOf: (service) =>
      listServices(host).flatMap(({ name, nodeID }) => (name === service ? [nodeID] : [])),
    monotonicMs,
  });
  const describe = (): unknown =>
    buildOpenApi(
      actions.list().map(({ app }) => app),
      { title: 'Mini-program mall', version: '1' },
    );
  return createLiveTable({
    host,
    logger: host.logger,
    actions,
    system: [...healthRoutes(readiness), ...docsRoutes(describe)],
  });
};
