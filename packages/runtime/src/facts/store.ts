import { setTimeout as pause } from 'node:timers/promises';
import { type JetStreamPublishOptions, NatsError } from 'nats';
import type { FactConnection } from './connection.ts';
import { ensureStreams, type Names } from './streams.ts';

const WAIT_FOR_NATS_MS = 3000;
const PUBLISH_TIMEOUT_MS = 4000;
const ATTEMPTS_MAX = 4;
const LOST_PAUSE_MS = 250;

/** Resolves when a stream has the message on disk; rejects within a bounded time when none has. */
export type Store = (
  subject: string,
  data: Uint8Array,
  options: Partial<JetStreamPublishOptions>,
) => Promise<void>;

export const createStore =
  (names: Names, connection: () => FactConnection): Store =>
  async (subject, data, options) => {
    const { js, jsm, whenConnected } = connection();
    const publish = () => js.publish(subject, data, { ...options, timeout: PUBLISH_TIMEOUT_MS });
    // Not connected, the client would only fill a buffer that nobody bounds.
    await whenConnected(WAIT_FOR_NATS_MS);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await publish();
        return;
      } catch (error) {
        // 503: nobody listens on the subject, the stream was lost (with its server's disk, say).
        const isLost = error instanceof NatsError && error.code === '503';
        if (!isLost || attempt === ATTEMPTS_MAX) throw error;
      }
      await pause(LOST_PAUSE_MS);
      await ensureStreams(jsm, names);
    }
  };
