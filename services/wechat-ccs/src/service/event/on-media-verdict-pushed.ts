import { wechatCcs } from '@app/contracts';
import { factConsumer, type CoreTables, type Database } from '@app/mysql';
import type { Host, Part } from '@app/runtime';
import type { Transaction } from 'kysely';
import { readVerdict } from '../../domain/content.ts';
import type { MediaVerdict } from '../../repository.ts';

interface Deps<T extends CoreTables> {
  readonly host: Host;
  readonly db: Database<T>;
  /** See MediaVerdicts. */
  readonly verdicts: {
    decide(tx: Transaction<T>, verdict: MediaVerdict): Promise<'told' | 'known' | 'unknown'>;
    adopt(tx: Transaction<T>, verdict: MediaVerdict): Promise<unknown>;
  };
}

const EVENT = 'wxa_media_check';

/** Longer than checkMedia takes from WeChat's answer to its row. */
const ASKER_WRITES_WITHIN_MS = 20_000;

/** A verdict becomes a fact of our own, once per trace id however often WeChat pushes it. */
export const createOnMediaVerdictPushed = <T extends CoreTables>({
  host,
  db,
  verdicts,
}: Deps<T>): Part =>
  factConsumer({
    host,
    db,
    fact: wechatCcs.facts.messagePushed,
    consumer: 'wechat-ccs-media-verdict',
    handle: async ({ appId, event, message }, { tx, occurredAtMs }) => {
      if (event !== EVENT) return;
      const read = readVerdict(message);
      // Ends among the dead letters, where somebody sees that WeChat changed its form.
      if (read === undefined) throw new Error(`${EVENT} of ${appId} cannot be read`);
      const verdict = { appId, ...read };
      if ((await verdicts.decide(tx, verdict)) !== 'unknown') return;
      if (host.clock.nowMs() - occurredAtMs < ASKER_WRITES_WITHIN_MS) {
        // Delivered again in a moment; by then the asker has written down its reference.
        throw new Error(`nobody has asked for ${read.traceId} of ${appId} yet`);
      }
      await verdicts.adopt(tx, verdict);
    },
  });
