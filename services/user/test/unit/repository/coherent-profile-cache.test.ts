import t from 'tap';
import { createCoherentProfileCache } from '../../../src/repository/cache/coherent-profile-cache.ts';
import { aUser } from '../../support/builders.ts';

const build = () => {
  const time = { nowMs: 1_000_000 };
  const asked: string[] = [];
  const user = aUser();
  const cache = createCoherentProfileCache({
    clock: { nowMs: () => time.nowMs },
    load: (_, where) => {
      asked.push(where);
      return Promise.resolve(user);
    },
  });
  return { time, asked, user, cache };
};

t.test('a profile is read once and then remembered', async (t) => {
  const { cache, asked, user } = build();

  await cache.get(user.id);
  t.same(await cache.get(user.id), user);

  t.equal(asked.length, 1);
});

t.test('after a change the primary is asked for five seconds, then a replica again', async (t) => {
  const { cache, asked, time } = build();
  time.nowMs += 5000; // the first five seconds of a process count as changed
  const [early, late, untouched] = ['early', 'late', 'untouched'];
  for (const id of [early, late]) cache.invalidate(id);

  await cache.get(untouched);
  time.nowMs += 4999;
  await cache.get(early);
  time.nowMs += 1;
  await cache.get(late);

  t.same(asked, ['replica', 'primary', 'replica']);
});
