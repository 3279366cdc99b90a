import t from 'tap';
import { eventually } from '../../src/index.ts';

t.test('it tries until the attempt neither fails nor is false', async (t) => {
  let tries = 0;

  const result = await eventually(
    () => {
      tries += 1;
      if (tries === 1) throw new Error('too early');
      return tries < 3 ? false : tries;
    },
    { everyMs: 1 },
  );

  t.equal(result, 3);
});

t.test('at the deadline it tells what was still wrong', async (t) => {
  const never = eventually(() => Promise.reject(new Error('the queue holds 3')), { withinMs: 30 });

  await t.rejects(never, /not within 30 ms: the queue holds 3/);
  await t.rejects(
    eventually(() => false, { withinMs: 1 }),
    /the condition is still false/,
  );
});
