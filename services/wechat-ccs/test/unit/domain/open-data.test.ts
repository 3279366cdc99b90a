import t from 'tap';
import { readOpenData } from '../../../src/domain/open-data.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 4);
const NOW_S = NOW_MS / 1000;
const expected = { appId: 'wx-1', openid: 'o-anna', nowMs: NOW_MS };
const read = (value: unknown, change: { maxAgeSeconds?: number } = {}) =>
  readOpenData(typeof value === 'string' ? value : JSON.stringify(value), {
    ...expected,
    ...change,
  });
const watermark = { appid: 'wx-1', timestamp: NOW_S };

t.test('data with our watermark is read, the watermark apart', (t) => {
  t.strictSame(read({ purePhoneNumber: '138', watermark }), {
    watermarkAtMs: NOW_MS,
    data: { purePhoneNumber: '138' },
  });
  t.ok(read({ openId: 'o-anna', watermark }));
  t.end();
});

t.test('another app, another user, no watermark or no object is nothing', (t) => {
  for (const value of [
    { watermark: { ...watermark, appid: 'wx-2' } },
    { openId: 'o-ben', watermark },
    { watermark: { appid: 'wx-1' } },
    { watermark: { ...watermark, timestamp: String(NOW_S) } },
    { watermark: { ...watermark, timestamp: -1 } },
    { watermark: { ...watermark, timestamp: 9e15 } },
    { watermark: null },
    {},
    [],
    'null',
    '"x"',
    '{"watermark":',
  ]) {
    t.equal(read(value), undefined, JSON.stringify(value));
  }
  t.end();
});

t.test('age counts only when somebody asks for it', (t) => {
  const aged = (seconds: number) => ({ watermark: { ...watermark, timestamp: NOW_S - seconds } });

  t.ok(read(aged(10_000_000)));
  t.ok(read(aged(60), { maxAgeSeconds: 60 }));
  t.notOk(read(aged(61), { maxAgeSeconds: 60 }));
  t.ok(read(aged(-300), { maxAgeSeconds: 60 }), 'clocks differ');
  t.notOk(read(aged(-301), { maxAgeSeconds: 60 }), 'but not by that much');
  t.end();
});
