import t from 'tap';
import { createExpirySchedule } from '../../../src/service/job/expire-reservations.ts';
import { NOON_MS } from '../../support/builders.ts';

const build = (fail = false) => {
  const jobs: (readonly [string, number, number])[] = [];
  const lost: unknown[] = [];
  const state = { fail };
  const { schedule } = createExpirySchedule({
    add: (...job) => {
      jobs.push(job);
      return state.fail ? Promise.reject(new Error('redis is away')) : Promise.resolve();
    },
    clock: { nowMs: () => NOON_MS },
    onLost: (error) => void lost.push(error),
  });
  return { jobs, lost, schedule, state };
};

t.test('all that end in the same second share one job, which is never too early', (t) => {
  const { jobs, schedule } = build();

  for (const ms of [1, 400, 1000]) schedule(NOON_MS + 5000 + ms);

  t.same(jobs, [[`due-${NOON_MS / 1000 + 6}`, NOON_MS + 6000, 6000]]);
  t.end();
});

t.test('a job that Redis did not take is tried with the next reservation', async (t) => {
  const { jobs, lost, schedule, state } = build(true);

  schedule(NOON_MS + 1000);
  await Promise.resolve();
  await Promise.resolve();
  t.equal(lost.length, 1);
  state.fail = false;
  schedule(NOON_MS + 1000);
  schedule(NOON_MS + 1000);

  t.equal(jobs.length, 2);
});

t.test('what is over already is left to the sweeper', (t) => {
  const { jobs, schedule } = build();

  schedule(NOON_MS - 5000);

  t.same(jobs, []);
  t.end();
});
