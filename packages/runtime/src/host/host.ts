import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { createUlids, systemClock, type Clock, type Ids } from '@app/kernel';
import { createActionCaller, createDispatch } from '../actions/caller.ts';
import { createHintSender } from '../actions/hints.ts';
import type { HostConfig } from '../config/host-keys.ts';
import { createFactBus } from '../facts/index.ts';
import { createLogger, flushLogger, type Logger } from '../logging/logger.ts';
import { collectProcessMetrics, countInFlight } from '../metrics.ts';
import { startTracing } from '../tracing/index.ts';
import { createBus, type Bus } from './broker.ts';
import { createMetricsServer } from './metrics-server.ts';
import { bindRuntime, createInFlight } from './node-runtime.ts';
import { checkParts, readinessSchema } from './readiness.ts';
import { createShutdown } from './shutdown.ts';
import type { App, Host, Part, ReadinessReport } from './types.ts';

export interface HostOptions {
  /** The process: a service's name, or `single`. It names the node, the log and the spans. */
  readonly name?: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly ids?: Ids;
}

// The random end keeps ids apart where every process has pid 1 and a recycled host name.
const nodeIdOf = (name: string): string =>
  `${name}-${hostname()
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 32)}-${process.pid}-${randomBytes(3).toString('hex')}`;

const tracingConfig = (config: HostConfig) => ({
  exporter: config.traceExporter,
  sampleRatio: config.traceSampleRatio ?? (config.env === 'dev' ? 1 : 0.01),
  jaegerAgentHost: config.jaegerAgentHost,
  jaegerAgentPort: config.jaegerAgentPort,
  jaegerEndpoint: config.jaegerEndpoint,
  otlpEndpoint: config.otlpEndpoint,
});

const natsPart = ({ link }: Bus): Part => ({
  name: 'nats',
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  check: () =>
    link.connected ? link.flush(900) : Promise.reject(new Error('NATS is not connected')),
});

const busPart = ({ broker }: Bus): Part => ({
  name: 'bus',
  start: () => broker.start(),
  stop: () => broker.stop(),
});

const allOrFirstFailure = async (works: readonly Promise<void>[]): Promise<void> => {
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
};

/** See `Host`. Nothing is connected before `start`. */
export const createHost = (config: HostConfig, options: HostOptions = {}): Host => {
  const { name = 'app', clock = systemClock, ids = createUlids() } = options;
  const logger =
    options.logger ?? createLogger({ level: config.logLevel, service: name, file: config.logFile });
  const { env, namespace, natsUrl } = config;
  const nodeId = config.nodeId ?? nodeIdOf(name);
  const tracing = startTracing(tracingConfig(config), { service: name });
  const bus = createBus({ nodeId, namespace, natsUrl, logger });
  const { broker, link } = bus;
  const inFlight = createInFlight();
  const newId = (): string => ids.next();
  bindRuntime(broker, { logger, newId, checkResults: env !== 'pro', inFlight });
  const counting = countInFlight(inFlight);

  const facts = createFactBus({
    natsUrl,
    namespace,
    logger,
    clock,
    connectionName: `${nodeId}-facts`,
  });
  const dispatch = createDispatch({ broker, link, service: name, newId });
  const onBus = busPart(bus);
  const apps: App[] = [];
  const started: Part[] = [];
  let state: 'new' | 'started' | 'stopping' = 'new';
  let stopped: Promise<void> | undefined;

  const readiness = async (): Promise<ReadinessReport> => {
    const report = await checkParts([natsPart(bus), ...started]);
    if (state === 'started') return report;
    return {
      ok: false,
      parts: [...report.parts, { name: 'host', ok: false, reason: `is ${state}` }],
    };
  };

  const metricsServer = createMetricsServer({
    port: config.metricsPort,
    host: config.metricsHost,
    readiness,
  });

  const start = async (): Promise<void> => {
    collectProcessMetrics();
    const begin = async (part: Part): Promise<void> => {
      // A signal may come while we start; what was not begun must not begin any more.
      if (state === 'stopping') throw new Error('asked to stop while starting');
      started.push(part);
      await part.start();
    };
    if (config.metricsPort > 0) await begin(metricsServer);
    // Stores depend on nothing but themselves. All of them have come up or failed before a failure
    // stops them, so that none is stopped half way up.
    await allOrFirstFailure(apps.flatMap(({ stores }) => stores).map(begin));
    await begin(facts);
    const services = apps.map((app) => app.name);
    broker.createService(
      readinessSchema(async () => ({ nodeId, services, ...(await readiness()) })),
    );
    for (const schema of apps.flatMap(({ schemas }) => schemas)) broker.createService(schema);
    await begin(onBus);
    for (const worker of apps.flatMap(({ workers }) => workers)) await begin(worker);
    if (state === 'new') state = 'started';
    logger.info({ nodeId, apps: services }, 'started');
  };

  const shutdown = createShutdown({
    logger,
    timeoutMs: config.stopTimeoutMs,
    bus,
    inFlight,
    workers: () => apps.flatMap(({ workers }) => workers),
    stores: () => [facts, ...apps.flatMap(({ stores }) => stores), metricsServer],
    isStarted: (part) => started.includes(part),
    isBusStarted: () => started.includes(onBus),
    finish: async () => {
      counting.stop();
      await tracing.shutdown();
      await flushLogger(logger);
    },
  });

  const host: Host = {
    nodeId,
    name,
    env,
    namespace,
    broker,
    link,
    logger,
    clock,
    ids,
    facts,
    call: createActionCaller(dispatch),
    dispatch,
    hint: createHintSender({ broker, link, logger, service: name, newId }),
    add(app) {
      if (state !== 'new' || started.length > 0)
        throw new Error(`${app.name} comes too late: the host has started`);
      if (apps.some((present) => present.name === app.name))
        throw new Error(`${app.name} is here already`);
      apps.push(app);
    },
    async start() {
      try {
        await start();
      } catch (error) {
        logger.error({ err: error }, 'could not start');
        await host.stop();
        throw error;
      }
    },
    stop() {
      state = 'stopping';
      return (stopped ??= shutdown());
    },
    readiness,
  };
  return host;
};
