import { randomBytes } from 'node:crypto';
import { Loggers, ServiceBroker } from 'moleculer';
import { DEFAULT_TIMEOUT_MS } from '../actions/caller.ts';
import { SilentRegenerator } from '../actions/wire-errors.ts';
import type { Logger } from '../logging/logger.ts';
import { boundedCalls } from './bounded-calls.ts';
import { PromptDiscoverer } from './discoverer.ts';
import { LinkedTransporter, linkOf, type NatsLink } from './nats-link.ts';

export interface BrokerConfig {
  readonly nodeId: string;
  readonly namespace: string;
  readonly natsUrl: string;
  readonly logger: Logger;
}

export interface Bus {
  readonly broker: ServiceBroker;
  readonly link: NatsLink;
  readonly discoverer: PromptDiscoverer;
}

type LogLevels = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

// What we say ourselves, better: a call that finds no node ends in an error with a code, and a
// lost node is logged with its reason.
const said =
  /is not registered\.$|is not available\.$|is not found on '|is timed out\.$|disconnected unexpectedly|because broker is stopped/;

/** moleculer's own log, at warn and above; its info and debug lines are about itself. */
class BridgedLogger extends Loggers.Base<{ level: 'warn' }> {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    super({ level: 'warn' });
    this.#logger = logger;
  }

  override getLogHandler(bindings: { readonly mod?: string } | undefined) {
    const module = bindings?.mod ?? 'broker';
    return (level: LogLevels, [first, ...rest]: unknown[]): void => {
      if (level !== 'warn' && level !== 'error' && level !== 'fatal') return;
      if (typeof first === 'string' && said.test(first)) return;
      const err = [first, ...rest].find((item) => item instanceof Error);
      const text = typeof first === 'string' ? first : (err?.message ?? 'moleculer');
      this.#logger[level]({ module, ...(err === undefined ? {} : { err }) }, text);
    };
  }
}

// Ids of packets only pair an answer with its request: they must be unique, not unguessable, and
// drawing random bytes for each was 2 % of a call.
const createUids = (): (() => string) => {
  const prefix = randomBytes(6).toString('base64url');
  let count = 0;
  return () => `${prefix}${(count += 1).toString(36)}`;
};

// Changes of the service list are collected this long before they are announced.
const ANNOUNCE_AFTER_MS = 20;
// Answers awaited at once by one process; more than this is an overload, not a load.
const PENDING_MAX = 20_000;

// A constant of its own, because moleculer's types do not know the second option.
const transit = { maxQueueSize: PENDING_MAX, serviceChangedDebounceTime: ANNOUNCE_AFTER_MS };

/**
 * A moleculer broker with everything off that costs time on each call and that we do ourselves:
 * validation, metrics, tracing, retries, context tracking.
 */
export const createBus = ({ nodeId, namespace, natsUrl, logger }: BrokerConfig): Bus => {
  const transporter = new LinkedTransporter({
    natsUrl,
    name: nodeId,
    logger,
    onDeserted: (deserted) => {
      discoverer.lose(deserted, 'disconnected');
    },
    onReconnected: () => {
      discoverer.announce().catch((error: unknown) => {
        logger.warn({ err: error }, 'could not announce this node after a reconnect');
      });
    },
  });
  const link = linkOf(transporter);
  const discoverer = new PromptDiscoverer({ link, logger, namespace });
  const broker = new ServiceBroker({
    nodeID: nodeId,
    namespace,
    transporter,
    logger: new BridgedLogger(logger),
    errorRegenerator: new SilentRegenerator(),
    serializer: 'JSON',
    requestTimeout: DEFAULT_TIMEOUT_MS,
    disableBalancer: false,
    registry: { strategy: 'RoundRobin', preferLocal: true, stopDelay: 50, discoverer },
    transit,
    validator: false,
    metrics: false,
    tracing: false,
    cacher: false,
    tracking: { enabled: false },
    internalServices: false,
    // Of moleculer's own middlewares only time-outs and error handling would do anything for us,
    // each with a promise or two per call on both sides; `boundedCalls` and `Dispatch` do the same.
    internalMiddlewares: false,
    middlewares: [boundedCalls],
    uidGenerator: createUids(),
    // Signals are the business of `runService`.
    skipProcessEventRegistration: true,
  });
  return { broker, link, discoverer };
};
