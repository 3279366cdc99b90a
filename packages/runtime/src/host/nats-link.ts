import { Errors, Transporters } from 'moleculer';
import type { NatsConnection } from 'nats';
import type { Logger } from '../logging/logger.ts';
import { natsConnected } from '../metrics.ts';
import { batchWrites } from './batched-writes.ts';

/** The connection of the bus, as seen by those who must know whether it stands. */
export interface NatsLink {
  readonly connected: boolean;
  /** Resolves when the server has taken everything sent so far; rejects after `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
  /**
   * True when the server says that nobody listens to `subject` any more, which it knows the moment
   * a process dies. False when somebody does, or when it cannot be told.
   */
  isDeserted(subject: string, timeoutMs: number): Promise<boolean>;
  /** Listens to a subject without ever answering, so that `isDeserted` is false while we live. */
  occupy(subject: string): void;
}

export interface NatsLinkConfig {
  readonly natsUrl: string;
  /** Name of the connection in the server's monitoring. */
  readonly name: string;
  readonly logger: Logger;
  /** A lost connection came back. */
  readonly onReconnected: () => void;
  /** The server says that nobody listens for this node's requests: it is gone. */
  readonly onDeserted: (nodeId: string) => void;
}

interface SentPacket {
  readonly type: string;
  readonly payload?: { readonly id?: string };
}

// The server's answer to a request whose subject nobody listens to.
const NO_RESPONDERS = 503;

// The first try after a loss is quick, and a whole suite does not come back in one millisecond.
const RECONNECT_WAIT_MS = 200;
const RECONNECT_JITTER_MS = 300;
const WAITING_LOG_EVERY_MS = 5_000;
// The server is asked whether it is still there: a peer that lost its power sends no FIN.
const PING_INTERVAL_MS = 5_000;
const PINGS_OUT_MAX = 2;

/**
 * moleculer's NATS transporter with a connection that is never given up, and that tells when it is
 * lost and when it is back (the original does neither log nor react).
 */
export class LinkedTransporter extends Transporters.NATS {
  readonly #config: NatsLinkConfig;
  #up = false;

  constructor(config: NatsLinkConfig) {
    super({
      url: config.natsUrl,
      name: config.name,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      reconnectJitter: RECONNECT_JITTER_MS,
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: PINGS_OUT_MAX,
    });
    this.#config = config;
  }

  get up(): boolean {
    return this.#up;
  }

  /** The connection; only while there is one. */
  get connection(): NatsConnection {
    const client = this.client as NatsConnection | null;
    if (client === null || !this.#up) throw new Error('NATS is not connected');
    return client;
  }

  override async connect(): Promise<void> {
    const waiting = setInterval(() => {
      this.#config.logger.warn('still waiting for NATS');
    }, WAITING_LOG_EVERY_MS);
    try {
      await super.connect();
    } finally {
      clearInterval(waiting);
    }
  }

  // A request carries a subject on which the server tells at once when nobody is there to take it.
  // Without that the caller of a node that has just died would wait for its whole time-out.
  override send(
    topic: string,
    data: Buffer,
    meta?: { readonly packet?: SentPacket },
  ): Promise<void> {
    const client = this.client as NatsConnection | null;
    const id = meta?.packet?.type === 'REQ' ? meta.packet.payload?.id : undefined;
    if (id === undefined) client?.publish(topic, data);
    else client?.publish(topic, data, { reply: `${this.#unreached()}.${id}` });
    return Promise.resolve();
  }

  override onConnected(wasReconnect?: boolean): Promise<unknown> {
    this.#note(true);
    batchWrites(this.connection);
    void this.#watch(this.connection);
    this.connection.subscribe(`${this.#unreached()}.*`, {
      callback: (_error, { subject, headers }) => {
        if (headers?.code === NO_RESPONDERS)
          this.#reject(subject.slice(this.#unreached().length + 1));
      },
    });
    return super.onConnected(wasReconnect) as Promise<unknown>;
  }

  override async disconnect(): Promise<void> {
    const client = this.client as NatsConnection | null;
    if (client === null) return;
    // Asked for, so nothing to warn of.
    this.#up = false;
    natsConnected.set(0);
    // Without a server there is nobody to flush to, and the flush would wait for ever.
    await Promise.race([client.flush(), pause(FLUSH_ON_CLOSE_MS)]).catch(() => undefined);
    await client.close();
    this.client = null;
  }

  // As the original, without copying each packet: it is parsed before the buffer is used again.
  override subscribe(cmd: string, nodeID?: string): Promise<void> {
    this.connection.subscribe(this.getTopicName(cmd, nodeID), {
      callback: (_error, { data }) => {
        void this.receive(cmd, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      },
    });
    return Promise.resolve();
  }

  #unreached(): string {
    return `${this.prefix}.UNREACHED.${this.nodeID}`;
  }

  #reject(id: string): void {
    const request = this.transit.pendingRequests.get(id);
    if (request === undefined) return;
    this.transit.removePendingRequest(id);
    const { nodeID } = request;
    // The types call it a string.
    const { name } = request.action as unknown as { readonly name: string };
    request.reject(new Errors.ServiceNotAvailableError({ action: name, nodeID }));
    this.#config.onDeserted(nodeID);
  }

  async #watch(client: NatsConnection): Promise<void> {
    for await (const status of client.status()) {
      const type: string = status.type;
      if (type === 'disconnect') this.#note(false);
      if (type === 'reconnect') {
        this.#note(true);
        this.#config.onReconnected();
      }
    }
  }

  #note(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    natsConnected.set(up ? 1 : 0);
    if (up) this.#config.logger.info('NATS is connected');
    else this.#config.logger.warn('NATS is not connected');
  }
}

const FLUSH_ON_CLOSE_MS = 1_000;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

const within = async (work: Promise<void>, timeoutMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('NATS did not answer in time'));
    }, timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The link of a transporter. */
export const linkOf = (transporter: LinkedTransporter): NatsLink => ({
  get connected() {
    return transporter.up;
  },
  flush: async (timeoutMs) => within(transporter.connection.flush(), timeoutMs),
  async isDeserted(subject, timeoutMs) {
    if (!transporter.up) return false;
    try {
      await transporter.connection.request(subject, undefined, { timeout: timeoutMs });
      return false;
    } catch (error) {
      // 503 is the server's "no responders"; a listener that does not answer is a timeout.
      return (error as { readonly code?: unknown }).code === '503';
    }
  },
  occupy(subject) {
    transporter.connection.subscribe(subject, { callback: () => undefined });
  },
});
