import t from 'tap';
import { CLASSIC_OVERLAP_MS, isYoung, tokenRules } from '../../../src/domain/access-token.ts';
import { NOON_MS } from '../../support/build-deps.ts';

t.test('nobody gets a token with under a minute to live, of either kind', (t) => {
  for (const { handOutMinMs } of Object.values(tokenRules)) t.equal(handOutMinMs, 60_000);
  t.end();
});

t.test('a stable token is asked for when WeChat gives another one, not before', (t) => {
  const { refreshAheadMs, refreshSpreadMs, expiryMarginMs, handOutMinMs } = tokenRules.stable;

  t.ok(refreshAheadMs + expiryMarginMs < 300_000);
  t.ok(refreshAheadMs - refreshSpreadMs - handOutMinMs >= 120_000, 'time for repeats is left');
  t.end();
});

t.test('we let the old classic token end before WeChat does', (t) => {
  t.ok(CLASSIC_OVERLAP_MS < 300_000);
  t.end();
});

t.test('a token is young for a minute', (t) => {
  const token = { text: 'x', version: 1, expiresAtMs: NOON_MS + 7_190_000, fetchedAtMs: NOON_MS };

  t.equal(isYoung(token, NOON_MS + 59_999), true);
  t.equal(isYoung(token, NOON_MS + 60_000), false);
  t.end();
});
