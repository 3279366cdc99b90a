import { setTimeout as pause } from 'node:timers/promises';
import { createInbox, isHeartbeatMsg, type Msg, nanos, type Subscription } from 'nats';
import type { FactConnection } from './connection.ts';
import type { FactLogger } from './types.ts';
import { ack } from './wire.ts';

/**
 * One request for messages stays open this long. Short, because a request that a server holds on a
 * consumer that was made again a moment ago may be forgotten (seen with nats-server 2.9.10).
 */
const PULL_EXPIRES_MS = 10_000;
/** While it is open the server shows every so often that it still knows of it. */
const HEARTBEAT_MS = 2000;
const TROUBLE_PAUSE_MS = 500;
const LOST_PAUSE_MS = 250;
const CONNECT_WAIT_MS = 1000;
const DRAIN_MS = 2000;

export interface PullerOptions {
  readonly connection: FactConnection;
  readonly stream: string;
  readonly durable: string;
  readonly logger: FactLogger;
  /** Creates stream and consumer when they are not (or no longer) there. */
  readonly ensure: () => Promise<void>;
  /** Resolves, when at least one more message can be taken, with how many; then asks for these. */
  readonly capacity: () => Promise<number>;
  readonly onMessage: (message: Msg) => void;
}

export interface Puller {
  start(): void;
  /** No message is handed out after this resolved; what was on its way goes back at once. */
  stop(): Promise<void>;
  /** What keeps it from working, if anything. */
  problem(): Error | undefined;
}

type Outcome = 'complete' | 'lost';

/**
 * Asks a durable consumer for as many messages as can be handled, again and again (the pull
 * protocol of NATS ADR-13). The client library's own loop does not fit: it closes without giving
 * back what is under way, which would then wait for the whole ack_wait.
 */
export const createPuller = (options: PullerOptions): Puller => {
  const { connection, stream, durable, logger } = options;
  const inbox = createInbox();
  let subscription: Subscription | undefined;
  let current: Pull | undefined;
  let pulls = 0;
  let problem: Error | undefined;
  let stopping = false;
  let loop: Promise<void> = Promise.resolve();
  let offReconnect = (): void => undefined;

  const receive = (error: Error | null, message: Msg): void => {
    if (error !== null) current?.end('lost');
    else if (message.subject.startsWith(inbox)) current?.status(message);
    else if (stopping) message.respond(ack.again(0));
    else {
      current?.message();
      options.onMessage(message);
    }
  };
  const request = async (batch: number): Promise<Outcome> => {
    pulls += 1;
    const reply = `${inbox}.${pulls}`;
    const body = { batch, expires: nanos(PULL_EXPIRES_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    connection.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify(body), {
      reply,
    });
    // The first sign of life ends what was wrong: an idle request stays open for long.
    current = createPull(reply, batch, () => {
      problem = undefined;
    });
    return current.outcome;
  };
  const round = async (): Promise<void> => {
    const batch = await options.capacity();
    await connection.whenConnected(CONNECT_WAIT_MS);
    if (isStopping()) return;
    if ((await request(batch)) === 'complete' || isStopping()) {
      problem = undefined;
      return;
    }
    // What vanished may still be vanishing, and would take along what is made anew too soon.
    await pause(LOST_PAUSE_MS);
    await connection.whenConnected(CONNECT_WAIT_MS);
    await options.ensure();
    problem = undefined;
  };
  const isStopping = (): boolean => stopping;
  const run = async (): Promise<void> => {
    while (!isStopping()) {
      try {
        await round();
      } catch (error) {
        if (isStopping()) return;
        if (problem === undefined)
          logger.warn({ err: error, stream, durable }, 'facts cannot be fetched');
        problem = error instanceof Error ? error : new Error(String(error));
        await pause(TROUBLE_PAUSE_MS);
      }
    }
  };
  return {
    start() {
      subscription = connection.nc.subscribe(`${inbox}.>`, { callback: receive });
      offReconnect = connection.onReconnect(() => current?.end('lost'));
      loop = run();
    },
    async stop() {
      stopping = true;
      offReconnect();
      current?.end('complete');
      // Draining a connection that is away would wait for its return.
      if (connection.isConnected() && subscription !== undefined) {
        await Promise.race([
          subscription.drain().catch(() => undefined),
          pause(DRAIN_MS, undefined, { ref: false }),
        ]);
      }
      subscription?.unsubscribe();
      await loop;
    },
    problem: () => problem,
  };
};

interface Pull {
  readonly outcome: Promise<Outcome>;
  message(): void;
  status(message: Msg): void;
  end(outcome: Outcome): void;
}

/** Follows one request until the server has answered it, or has been silent for too long. */
const createPull = (reply: string, batch: number, onHeard: () => void): Pull => {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  let left = batch;
  let isOpen = true;
  const silence = setTimeout(() => {
    end('lost');
  }, 2.5 * HEARTBEAT_MS);
  const end = (outcome: Outcome): void => {
    isOpen = false;
    clearTimeout(silence);
    resolve(outcome);
  };
  const heard = (): void => {
    // A cleared timer would run again.
    if (!isOpen) return;
    silence.refresh();
    onHeard();
  };
  return {
    outcome: promise,
    message() {
      heard();
      left -= 1;
      if (left === 0) end('complete');
    },
    status(message) {
      if (message.subject !== reply) return;
      if (isHeartbeatMsg(message)) heard();
      // 404 and 408: nothing more came in time. All else means that stream, consumer or server
      // changed under the request (409, 503), so look whether they are there before asking again.
      else end([404, 408].includes(message.headers?.code ?? 0) ? 'complete' : 'lost');
    },
    end,
  };
};
