import type { Clock } from '@app/kernel';
import type { JetStreamManager, Msg, MsgHdrs, StoredMsg } from 'nats';
import type { FactConnection } from './connection.ts';
import type { Store } from './store.ts';
import { apiCode, type Names } from './streams.ts';
import type { DeadFact, DeadFacts } from './types.ts';
import { copyHeaders, decodeFact, deliveryInfo, toHeaderText } from './wire.ts';

const NO_MESSAGE_FOUND = 10037;
const RAW_MAX = 2000;

const CONSUMER = 'App-Dead-Consumer';
const ATTEMPTS = 'App-Dead-Attempts';
const CODE = 'App-Dead-Code';
const REASON = 'App-Dead-Reason';
const DIED_AT = 'App-Dead-At';
const REPLAY_OF = 'App-Replay-Of';

export interface Death {
  readonly consumer: string;
  readonly attempts: number;
  readonly code: string;
  readonly reason: string;
}

export interface DeadLetters extends DeadFacts {
  /** Puts a message aside as it came; the same death twice (a crash in between) is stored once. */
  bury(message: Msg, death: Death): Promise<void>;
}

export interface DeadLetterDeps {
  readonly names: Names;
  readonly clock: Clock;
  readonly connection: () => FactConnection;
  readonly store: Store;
}

export const createDeadLetters = (deps: DeadLetterDeps): DeadLetters => {
  const { names, clock, connection, store } = deps;
  const next = (fromSeq: number): Promise<StoredMsg | undefined> => {
    const query = { seq: fromSeq, next_by_subj: names.deadSubject('>') };
    return find(connection().jsm, names.dead, query);
  };
  const get = async (seq: number): Promise<DeadFact | undefined> => {
    const stored = await find(connection().jsm, names.dead, { seq });
    return stored === undefined ? undefined : toDeadFact(stored);
  };
  const purge = async (seq: number): Promise<boolean> => {
    try {
      return await connection().jsm.streams.deleteMessage(names.dead, seq);
    } catch (error) {
      // The server has one code for every failure to delete, so look what it was.
      const isThere = (await find(connection().jsm, names.dead, { seq })) !== undefined;
      if (isThere) throw error;
      return false;
    }
  };
  const replay = async (seq: number): Promise<void> => {
    const stored = await find(connection().jsm, names.dead, { seq });
    if (stored === undefined) throw new Error(`there is no dead fact ${seq}: list them again`);
    const consumer = stored.header.get(CONSUMER);
    const head = withoutDeath(stored.header);
    head.set(REPLAY_OF, String(seq));
    // First there, then gone here: a crash in between leaves it dead, and at worst it is replayed
    // twice, which the consumer's inbox takes as once.
    await store(names.replaySubject(consumer), stored.data, {
      headers: head,
      msgID: `replay:${seq}:${stored.time.getTime()}`,
      expect: { streamName: names.replay },
    });
    await purge(seq);
  };
  return {
    get,
    purge,
    replay,
    async list({ limit = 20, cursor = '1' } = {}) {
      const from = toSeq(cursor);
      const wanted = Math.min(Math.max(Math.trunc(limit), 1), 100);
      const items: DeadFact[] = [];
      let stored = await next(from);
      while (stored !== undefined && items.length < wanted) {
        items.push(toDeadFact(stored));
        stored = await next(stored.seq + 1);
      }
      return { items, nextCursor: stored === undefined ? null : String(stored.seq) };
    },
    async replayAll({ consumer } = {}) {
      // What dies again while this runs is not replayed again by it.
      const { last_seq: last } = (await connection().jsm.streams.info(names.dead)).state;
      let count = 0;
      for (
        let dead = await next(1);
        dead !== undefined && dead.seq <= last;
        dead = await next(dead.seq + 1)
      ) {
        if (consumer !== undefined && dead.header.get(CONSUMER) !== consumer) continue;
        await replay(dead.seq);
        count += 1;
      }
      return count;
    },
    async bury(message, { consumer, attempts, code, reason }) {
      const head = copyHeaders(message.headers);
      const replayed = head.get(REPLAY_OF);
      head.set(CONSUMER, consumer);
      head.set(ATTEMPTS, String(attempts));
      head.set(CODE, toHeaderText(code));
      head.set(REASON, toHeaderText(reason));
      head.set(DIED_AT, String(clock.nowMs()));
      const id =
        decodeFact(message.data, undefined)?.id ?? `seq-${deliveryInfo(message).streamSeq}`;
      // A fact that dies again after a replay is a new death, not a repetition of the first.
      const msgID = replayed === '' ? `${id}:${consumer}` : `${id}:${consumer}:${replayed}`;
      await store(names.deadSubject(consumer), message.data, { headers: head, msgID });
    },
  };
};

const find = async (
  jsm: JetStreamManager,
  stream: string,
  query: { seq: number },
): Promise<StoredMsg | undefined> => {
  try {
    return await jsm.streams.getMessage(stream, query);
  } catch (error) {
    if (apiCode(error) === NO_MESSAGE_FOUND) return undefined;
    throw error;
  }
};

const toSeq = (cursor: string): number => {
  const seq = Number(cursor);
  if (Number.isSafeInteger(seq) && seq > 0) return seq;
  throw new Error(`"${cursor}" is not a cursor of the dead letters`);
};

const toDeadFact = ({ seq, header, data }: StoredMsg): DeadFact => ({
  seq,
  consumer: header.get(CONSUMER),
  attempts: Number(header.get(ATTEMPTS)),
  diedAtMs: Number(header.get(DIED_AT)),
  error: { code: header.get(CODE), message: header.get(REASON) },
  fact: decodeFact(data, header),
  raw: new TextDecoder().decode(data.subarray(0, RAW_MAX)),
});

const withoutDeath = (header: MsgHdrs): MsgHdrs => {
  const head = copyHeaders(header);
  for (const key of [CONSUMER, ATTEMPTS, CODE, REASON, DIED_AT, REPLAY_OF]) head.delete(key);
  return head;
};
