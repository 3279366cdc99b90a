import { goods } from '@app/contracts';
import { createProducer, createSweeper, createWorker } from '@app/queue';
import type { RedisPart } from '@app/redis';
import type { Host, Part } from '@app/runtime';
import type { ImportJobs } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

const SWEEP_EVERY_MS = 5000;
/**
 * A worker that died is replaced within seconds. Being replaced by mistake costs nothing: a batch is
 * taken by one of two only.
 */
const TAKE_OVER = { lockMs: 6000, stalledCheckEveryMs: 2000 };

type Imports = Pick<Usecases, 'takeImportChunk' | 'sweepImports'>;

/** Chunks of imports as jobs: a row per chunk is the truth, the job says "look now". */
export const createImportJobs = (
  host: Host,
  redis: RedisPart,
): { readonly jobs: ImportJobs; readonly workers: (imports: Imports) => readonly Part[] } => {
  const queue = goods.queues.importChunk;
  const producer = createProducer(host, redis, queue);
  const ensure: ImportJobs['ensure'] = ({ importId, number }) =>
    producer.ensure(`chunk-${importId}-${number}`, { importId, number });
  return {
    jobs: {
      ensure,
      async hint(key) {
        try {
          await ensure(key);
        } catch (error) {
          host.logger.warn(
            { err: error, ...key },
            'chunk has no job yet, the sweeper will make it',
          );
        }
      },
    },
    workers: (imports) => [
      producer,
      createWorker(
        host,
        redis,
        queue,
        ({ importId, number }, { signal }) => imports.takeImportChunk({ importId, number, signal }),
        TAKE_OVER,
      ),
      createSweeper(host, redis, {
        service: goods.name,
        name: 'import-chunks',
        everyMs: SWEEP_EVERY_MS,
        sweep: () => imports.sweepImports(),
      }),
    ],
  };
};
