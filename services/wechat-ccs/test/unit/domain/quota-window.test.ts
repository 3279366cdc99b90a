import t from 'tap';
import { clearedQuotas, quotaWindow, resetsAtMs } from '../../../src/domain/quota-window.ts';
import { quotas } from '../../../src/domain/wechat-api.ts';

t.test('a day and a month end at midnight in Beijing, what is for ever never', (t) => {
  // 23:30 on 31 December in Beijing.
  const nowMs = Date.UTC(2026, 11, 31, 15, 30);
  const midnightMs = Date.UTC(2026, 11, 31, 16);

  t.equal(resetsAtMs(quotas.link, nowMs), midnightMs);
  t.equal(resetsAtMs(quotas.clearQuota, nowMs), midnightMs);
  t.equal(resetsAtMs(quotas.qrCode, nowMs), null);
  for (const quota of [quotas.link, quotas.clearQuota]) {
    t.equal(quotaWindow(quota, midnightMs - 1), quotaWindow(quota, nowMs));
    t.equal(quotaWindow(quota, midnightMs), quotaWindow(quota, nowMs) + 1);
  }
  t.equal(quotaWindow(quotas.qrCode, midnightMs), 0);
  t.equal(resetsAtMs(quotas.clearQuota, midnightMs), Date.UTC(2027, 0, 31, 16));
  t.end();
});

t.test('what is cleared are calls of the day, never the limit of forced refreshes', (t) => {
  t.strictSame([...clearedQuotas].sort(), [
    'checkMedia',
    'checkText',
    'classicToken',
    'link',
    'shortLink',
    'stableToken',
  ]);
  t.end();
});
