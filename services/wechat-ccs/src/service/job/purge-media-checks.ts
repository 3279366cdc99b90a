import type { Clock } from '@app/kernel';
import { createSweeper } from '@app/queue';
import type { RedisPart } from '@app/redis';
import type { Host, Part } from '@app/runtime';
import type { MediaCheckRepository } from '../../repository.ts';

interface Deps {
  readonly host: Pick<Host, 'logger'>;
  readonly redis: RedisPart;
  readonly clock: Clock;
  readonly mediaChecks: Pick<MediaCheckRepository, 'purge'>;
}

const HOUR_MS = 3_600_000;
/** WeChat decides within 30 minutes; dead letters may be replayed for a month. */
const KEEP_MS = 30 * 24 * HOUR_MS;
const BATCH = 1000;

/** Keeps `media_check` as long as its month, batch by batch, on one node at a time. */
export const createMediaCheckPurge = ({ host, redis, clock, mediaChecks }: Deps): Part =>
  createSweeper(host, redis, {
    service: 'wechat-ccs',
    name: 'purge-media-checks',
    everyMs: HOUR_MS,
    async sweep({ lost }) {
      while (!lost.aborted) {
        if ((await mediaChecks.purge(clock.nowMs() - KEEP_MS, BATCH)) < BATCH) break;
      }
      // Nothing was made again: what is purged had no effect left.
      return 0;
    },
  });
