import t from 'tap';
import {
  acceptForeign,
  importProblem,
  type ForeignToken,
} from '../../../src/domain/imported-token.ts';
import { NOON_MS } from '../../support/build-deps.ts';

const foreign = (leftMs: number, change: Partial<ForeignToken> = {}): ForeignToken => ({
  text: 'token-of-the-legacy-control',
  tokenKind: 'stable',
  expiresAtMs: NOON_MS + leftMs,
  ...change,
});

t.test('a token with two minutes to two hours to live is taken', async (t) => {
  t.equal(importProblem(foreign(120_000), 'stable', NOON_MS), undefined);
  t.equal(importProblem(foreign(7_205_000), 'stable', NOON_MS), undefined);
  t.match(importProblem(foreign(119_999), 'stable', NOON_MS), { rule: 'too_short' });
  t.match(importProblem(foreign(7_205_001), 'stable', NOON_MS), { rule: 'too_long' });
});

t.test('a token of the kind that the app does not use is not taken', async (t) => {
  t.match(importProblem(foreign(3_600_000), 'classic', NOON_MS), {
    field: 'tokenKind',
    rule: 'other_kind',
  });
});

t.test('it ends early by the margin, and is as old as its end says', async (t) => {
  t.strictSame(acceptForeign(foreign(3_600_000), NOON_MS), {
    text: 'token-of-the-legacy-control',
    expiresAtMs: NOON_MS + 3_590_000,
    fetchedAtMs: NOON_MS - 3_600_000,
  });
  t.equal(acceptForeign(foreign(7_203_000), NOON_MS).fetchedAtMs, NOON_MS, 'never in the future');
});
