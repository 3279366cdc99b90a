import t from 'tap';
import { createBatchLoader } from '../../../src/repository/batch-loader.ts';

t.test('questions at the same time share one query; unknown keys have no answer', async (t) => {
  const asked: (readonly string[])[] = [];
  const find = createBatchLoader<number>({
    batchMax: 2,
    load: (keys) => {
      asked.push(keys);
      return Promise.resolve(new Map(keys.filter((key) => key !== 'no').map((key) => [key, 1])));
    },
  });

  const answers = await Promise.all(['a', 'a', 'no', 'b'].map((key) => find(key)));

  t.same(answers, [1, 1, undefined, 1]);
  t.same(asked, [['a', 'no'], ['b']]);
});

t.test('a failure is told to those who asked, and the next question is asked anew', async (t) => {
  let isAway = true;
  const find = createBatchLoader<number>({
    batchMax: 10,
    load: (keys) =>
      isAway
        ? Promise.reject(new Error('away'))
        : Promise.resolve(new Map(keys.map((key) => [key, 1]))),
  });

  await t.rejects(find('a'), /away/);
  isAway = false;
  t.equal(await find('a'), 1);
});
