import { eventually, recordedLogger } from '@app/testing';
import t from 'tap';
import { createPendingRowsWatch } from '../../../src/service/job/watch-pending-rows.ts';

t.test(
  'the number of rows is known from the start and followed, whatever happens once',
  async (t) => {
    const answers = [3, new Error('MySQL is away'), 0];
    const told: number[] = [];
    const logger = recordedLogger();
    const watch = createPendingRowsWatch({
      sealedRows: {
        countPending: () => {
          const answer = answers.shift() ?? 0;
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
      },
      progress: { pending: (rows) => void told.push(rows) },
      logger,
      everyMs: 5,
    });

    await watch.start();
    t.same(told, [3]);
    await eventually(() => told.length >= 2);
    await watch.stop();

    t.same(told.slice(0, 2), [3, 0]);
    t.equal(logger.entries.length, 1);
  },
);
