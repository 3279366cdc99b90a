import t from 'tap';
import type { SealedRows } from '../../../src/repository.ts';
import { createReencryptPersonalData } from '../../../src/usecase/reencrypt-personal-data.ts';

/** Rows 1…n, of which some cannot be opened. */
const sealedRows = (count: number, broken: readonly number[] = []) => {
  const pending = new Set(Array.from({ length: count }, (_, index) => index + 1));
  let batches = 0;
  const rows: SealedRows = {
    countPending: () => Promise.resolve(pending.size),
    reencrypt: (after, limit) => {
      batches += 1;
      const seen = [...pending].filter((row) => row > Number(after ?? 0)).slice(0, limit);
      const failed = seen.filter((row) => broken.includes(row));
      for (const row of seen) if (!broken.includes(row)) pending.delete(row);
      const next = seen.length < limit ? null : String(seen.at(-1));
      return Promise.resolve({ changed: seen.length - failed.length, failed: failed.length, next });
    },
  };
  return { rows, pending, batches: () => batches };
};

const recorder = () => {
  const pending: number[] = [];
  const failed: number[] = [];
  return {
    pendingSeen: pending,
    failedSeen: failed,
    progress: {
      pending: (rows: number) => void pending.push(rows),
      failed: (rows: number) => void failed.push(rows),
    },
  };
};

t.test('all rows are sealed anew, batch by batch, and the progress is told', async (t) => {
  const { rows, pending } = sealedRows(5);
  const { progress, pendingSeen } = recorder();

  const changed = await createReencryptPersonalData({ sealedRows: rows, progress })({
    batchSize: 2,
  });

  t.equal(changed, 5);
  t.equal(pending.size, 0);
  t.same(pendingSeen, [5, 3, 1, 0, 0]);
});

t.test('with nothing to do no batch is read', async (t) => {
  const { rows, batches } = sealedRows(0);
  const { progress, pendingSeen } = recorder();

  const changed = await createReencryptPersonalData({ sealedRows: rows, progress })({
    batchSize: 2,
  });

  t.equal(changed, 0);
  t.equal(batches(), 0);
  t.same(pendingSeen, [0]);
});

t.test('a row that cannot be opened is counted and does not hold up the others', async (t) => {
  const { rows, pending } = sealedRows(5, [2]);
  const { progress, failedSeen } = recorder();

  await createReencryptPersonalData({ sealedRows: rows, progress })({ batchSize: 2 });

  t.same([...pending], [2]);
  t.same(failedSeen, [1]);
});
