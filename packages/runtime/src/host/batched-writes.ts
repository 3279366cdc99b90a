import type { NatsConnection } from 'nats';

/** The part of the client's inside that decides when bytes go to the socket (nats 2.29). */
interface Protocol {
  flushPending: () => void;
}

const batched = new WeakSet<object>();

/**
 * Lets all messages of one turn of the event loop leave in one write. The client writes once per
 * task, which under load means one system call for each request that arrived on a socket of its own:
 * a quarter of a gateway's time. Nothing waits longer than the turn it was sent in.
 *
 * It reaches into the client, so it does nothing when the client looks different.
 */
export const batchWrites = (connection: NatsConnection): void => {
  const { protocol } = connection as unknown as { readonly protocol?: Partial<Protocol> };
  const original = protocol?.flushPending;
  if (protocol === undefined || typeof original !== 'function' || batched.has(protocol)) return;
  batched.add(protocol);
  let isScheduled = false;
  protocol.flushPending = () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      original.call(protocol);
    });
  };
};
