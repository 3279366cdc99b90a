import t from 'tap';
import { exhaustedQuota, refusalKindOf } from '../../../src/domain/refusal.ts';
import { refusalError } from '../../../src/errors.ts';

t.test('each errcode means what the reference says for that call', (t) => {
  const cases = [
    ['login', 40029, 'WECHAT_CODE_INVALID'],
    ['login', 40163, 'WECHAT_CODE_INVALID'],
    ['login', 40226, 'WECHAT_LOGIN_BLOCKED'],
    ['login', -1, 'UPSTREAM_WECHAT_UNAVAILABLE'],
    ['login', 45011, 'WECHAT_RATE_LIMITED'],
    ['login', 40125, 'UPSTREAM_WECHAT_REJECTED'],
    ['login', 40013, 'UPSTREAM_WECHAT_REJECTED'],
    ['phone', 40029, 'WECHAT_PHONE_CODE_INVALID'],
    ['phone', 40013, 'WECHAT_PHONE_CODE_INVALID'],
    ['phone', 48001, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 40001, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 40164, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 89503, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 45009, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 45011, 'WECHAT_RATE_LIMITED'],
    ['checkText', 44991, 'WECHAT_RATE_LIMITED'],
    ['urlLink', 44990, 'WECHAT_RATE_LIMITED'],
    ['urlLink', 44993, 'WECHAT_QUOTA_EXHAUSTED'],
    ['checkText', 45009, 'WECHAT_QUOTA_EXHAUSTED'],
    ['qrCode', 45029, 'WECHAT_QUOTA_EXHAUSTED'],
    ['shortLink', 85400, 'WECHAT_QUOTA_EXHAUSTED'],
    ['clearQuota', 48006, 'WECHAT_QUOTA_EXHAUSTED'],
    ['clearQuotaBySecret', 48006, 'WECHAT_QUOTA_EXHAUSTED'],
    ['clearQuotaBySecret', 40001, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 999_999, 'UPSTREAM_WECHAT_REJECTED'],
  ] as const;
  for (const [call, errcode, code] of cases) {
    const error = refusalError(refusalKindOf(call, errcode), { call, errcode, rid: 'r' });
    t.equal(error.code, code, `${call} ${errcode}`);
    t.match(error.data, { errcode });
  }
  t.end();
});

t.test('40001, 40014 and 42001 ask for another token where a token was sent, nowhere else', (t) => {
  for (const errcode of [40001, 40014, 42001]) {
    t.equal(refusalKindOf('phone', errcode), 'token_refused');
    t.equal(refusalKindOf('login', errcode), 'rejected');
    t.equal(refusalKindOf('token', errcode), 'rejected');
  }
  t.equal(refusalKindOf('token', -1), 'busy', 'only that one is worth a repeat at once');
  t.end();
});

t.test('what was too much tells when it may come again', (t) => {
  const waitOf = (errcode: number) =>
    refusalError('throttled', { call: 'checkText', errcode, rid: 'r' }).data;

  t.strictSame(waitOf(44990), { errcode: 44990, retryAfterSeconds: 1 });
  t.strictSame(waitOf(44991), { errcode: 44991, retryAfterSeconds: 60 });
  t.strictSame(waitOf(45011), { errcode: 45011, retryAfterSeconds: 60 });
  t.end();
});

t.test('an errcode about the day closes no allowance that is for ever, nor the reverse', (t) => {
  const drawn = ['shortLink', 'permanentShortLink'] as const;

  t.equal(exhaustedQuota(45009, drawn), 'shortLink');
  t.equal(exhaustedQuota(85400, drawn), 'permanentShortLink');
  t.equal(exhaustedQuota(45029, ['qrCode']), 'qrCode');
  t.equal(exhaustedQuota(45009, ['qrCode']), undefined);
  t.equal(exhaustedQuota(48006, ['clearQuota']), 'clearQuota');
  t.equal(exhaustedQuota(45009, []), undefined);
  t.end();
});
