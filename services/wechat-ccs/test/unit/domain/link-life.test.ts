import t from 'tap';
import { planLife, shortenTitle } from '../../../src/domain/link-life.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 4);
const DAY_MS = 86_400_000;

t.test('without a wish a link lives as long as WeChat allows', (t) => {
  t.strictSame(planLife({}, NOW_MS), { kind: 'planned', life: { kind: 'days', days: 30 } });
  t.strictSame(planLife({ days: 7 }, NOW_MS), {
    kind: 'planned',
    life: { kind: 'days', days: 7 },
  });
  t.end();
});

t.test('an end is more than one minute and at most 30 days away', (t) => {
  const planned = (lifeMs: number) => planLife({ expiresAtMs: NOW_MS + lifeMs }, NOW_MS);

  t.match(planned(60_000), { kind: 'refused', field: 'expiresAt' });
  t.match(planned(60_999), { kind: 'refused' }, 'what WeChat sees is cut to whole seconds');
  t.strictSame(planned(61_000), {
    kind: 'planned',
    life: { kind: 'until', atSeconds: (NOW_MS + 61_000) / 1000 },
  });
  t.match(planned(30 * DAY_MS), { kind: 'planned' });
  t.match(planned(30 * DAY_MS + 1000), { kind: 'refused', field: 'expiresAt' });
  t.match(planned(-1), { kind: 'refused' });
  t.match(planned(NaN), { kind: 'refused' }, 'a date that is none');
  t.end();
});

t.test('an end and a number of days together are refused', (t) => {
  t.match(planLife({ expiresAtMs: NOW_MS + DAY_MS, days: 1 }, NOW_MS), {
    kind: 'refused',
    field: 'expiresInDays',
  });
  t.end();
});

t.test('a title has 20 characters at most, on one line, and no half of one', (t) => {
  t.equal(shortenTitle(undefined), undefined);
  t.equal(shortenTitle(' \n '), undefined);
  t.equal(shortenTitle(' 周末\n抽奖 '), '周末 抽奖');
  t.equal(shortenTitle('一'.repeat(20)), '一'.repeat(20));
  t.equal(shortenTitle('一'.repeat(21)), `${'一'.repeat(19)}…`);
  t.equal(shortenTitle('🎁'.repeat(30)), `${'🎁'.repeat(19)}…`);
  t.end();
});
