import t from 'tap';
import {
  beijingDay,
  billReadyAtMs,
  billTimeMs,
  daysToWant,
  hasBill,
} from '../../../src/domain/beijing-day.ts';

const at = (text: string): number => Date.parse(text);

t.test('a day begins at 16:00 UTC of the day before', async (t) => {
  t.equal(beijingDay(at('2026-11-20T15:59:59.999Z')), '2026-11-20');
  t.equal(beijingDay(at('2026-11-20T16:00:00.000Z')), '2026-11-21');
  t.equal(billTimeMs('2026-11-21 00:00:00'), at('2026-11-20T16:00:00Z'));
  t.equal(billReadyAtMs('2026-11-20'), at('2026-11-21T10:30:00+08:00'));
});

t.test('days that were missed are wanted, at most a month of them', async (t) => {
  const nowMs = at('2026-11-21T02:00:00Z');
  t.same(daysToWant(undefined, nowMs), ['2026-11-20']);
  t.same(daysToWant('2026-11-20', nowMs), []);
  t.same(daysToWant('2026-11-17', nowMs), ['2026-11-18', '2026-11-19', '2026-11-20']);
  t.equal(daysToWant('2026-01-01', nowMs).length, 31);
});

t.test('a bill exists of days that are over and not too old', async (t) => {
  const nowMs = at('2026-11-21T02:00:00Z');
  t.same(
    ['2026-11-21', '2026-11-20', '2026-08-23', '2026-08-22', '2026-11-31', 'x'].map((day) =>
      hasBill(day, nowMs),
    ),
    [false, true, true, false, false, false],
  );
});
