import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  connect,
  type ConnectionOptions,
  Events,
  type JetStreamClient,
  type JetStreamManager,
  type NatsConnection,
  NatsError,
} from 'nats';
import type { FactLogger } from './types.ts';

const CONNECT_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 5000;
const FLUSH_MS = 2000;

export interface FactConnection {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly isConnected: () => boolean;
  /** Resolves at once while connected; rejects when it still is not after `timeoutMs`. */
  readonly whenConnected: (timeoutMs: number) => Promise<void>;
  /** Runs `listener` after each time the connection came back; returns how to stop that. */
  readonly onReconnect: (listener: () => void) => () => void;
  readonly close: () => Promise<void>;
}

/**
 * Connects and makes sure that JetStream answers. Afterwards the connection repairs itself for as
 * long as the process lives.
 */
export const openConnection = async (
  natsUrl: string,
  name: string,
  logger: FactLogger,
): Promise<FactConnection> => {
  const nc = await connectOrExplain(natsUrl, name);
  const jsm = await jetStreamOrExplain(nc);
  const changes = new EventEmitter({ captureRejections: false }).setMaxListeners(0);
  let connected = true;
  const watch = async (): Promise<void> => {
    for await (const { type } of nc.status()) {
      if (type === Events.Disconnect) {
        connected = false;
        logger.warn({ server: nc.getServer() }, 'NATS is gone; facts wait until it is back');
      } else if (type === Events.Reconnect) {
        connected = true;
        logger.info({ server: nc.getServer() }, 'NATS is back');
        changes.emit('reconnect');
      }
    }
  };
  void watch();
  return {
    nc,
    jsm,
    js: nc.jetstream({ timeout: REQUEST_TIMEOUT_MS }),
    async whenConnected(timeoutMs) {
      if (connected) return;
      try {
        await once(changes, 'reconnect', { signal: AbortSignal.timeout(timeoutMs) });
      } catch (error) {
        throw new Error(`NATS has not been reachable for ${timeoutMs} ms`, { cause: error });
      }
    },
    onReconnect(listener) {
      changes.on('reconnect', listener);
      return () => changes.off('reconnect', listener);
    },
    async close() {
      if (nc.isClosed()) return;
      // Answers to the last facts may still be in the socket's buffer.
      if (connected)
        await Promise.race([
          nc.flush().catch(() => undefined),
          pause(FLUSH_MS, undefined, { ref: false }),
        ]);
      await nc.close();
    },
    isConnected: () => connected,
  };
};

const connectOrExplain = async (natsUrl: string, name: string): Promise<NatsConnection> => {
  try {
    return await connect({
      ...parseServers(natsUrl),
      name,
      timeout: CONNECT_TIMEOUT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      // A server that went without a word (power, network) is noticed within 20 s.
      pingInterval: 10_000,
      maxPingOut: 2,
      ignoreAuthErrorAbort: true,
    });
  } catch (error) {
    throw new Error(
      `NATS cannot be reached at ${withoutSecrets(natsUrl)} (${messageOf(error)}): start it, or set NATS_URL`,
      { cause: error },
    );
  }
};

const jetStreamOrExplain = async (nc: NatsConnection): Promise<JetStreamManager> => {
  try {
    const jsm = await nc.jetstreamManager({ timeout: REQUEST_TIMEOUT_MS, checkAPI: false });
    await jsm.getAccountInfo();
    return jsm;
  } catch (error) {
    const server = nc.getServer();
    await nc.close();
    throw explainJetStream(server, error);
  }
};

export const explainJetStream = (server: string, error: unknown): Error => {
  const code = error instanceof NatsError ? error.code : undefined;
  return code === '503' || (error instanceof NatsError && error.jsError()?.err_code === 10039)
    ? new Error(
        `NATS at ${server} runs without JetStream, which facts need: start nats-server with -js (and -sd <folder>), or put "jetstream {}" into its configuration`,
        { cause: error },
      )
    : new Error(`JetStream of NATS at ${server} does not answer (${messageOf(error)})`, {
        cause: error,
      });
};

/** The client reads no credentials from URLs; operators write them there all the same. */
export const parseServers = (
  natsUrl: string,
): Pick<ConnectionOptions, 'servers' | 'user' | 'pass' | 'token' | 'tls'> => {
  const urls = natsUrl.split(',').map((each) => {
    const text = each.trim();
    return new URL(text.includes('://') ? text : `nats://${text}`);
  });
  const [first] = urls;
  if (first === undefined) throw new Error('NATS_URL is empty');
  const user = decodeURIComponent(first.username);
  const pass = decodeURIComponent(first.password);
  return {
    servers: urls.map((url) => url.host),
    ...(user === '' ? {} : pass === '' ? { token: user } : { user, pass }),
    ...(first.protocol === 'tls:' ? { tls: {} } : {}),
  };
};

const withoutSecrets = (natsUrl: string): string => natsUrl.replace(/\/\/[^@/,]*@/g, '//***@');

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
