import t from 'tap';
import { refusalKindOf } from '../../../src/domain/refusal.ts';
import { refusalError } from '../../../src/errors.ts';

t.test('each errcode means what the reference says for that call', (t) => {
  const cases = [
    ['login', 40029, 'WECHAT_CODE_INVALID'],
    ['login', 40163, 'WECHAT_CODE_INVALID'],
    ['login', 40226, 'WECHAT_LOGIN_BLOCKED'],
    ['login', -1, 'UPSTREAM_WECHAT_UNAVAILABLE'],
    ['login', 45011, 'UPSTREAM_WECHAT_UNAVAILABLE'],
    ['login', 40125, 'UPSTREAM_WECHAT_REJECTED'],
    ['login', 40013, 'UPSTREAM_WECHAT_REJECTED'],
    ['phone', 40029, 'WECHAT_PHONE_CODE_INVALID'],
    ['phone', 40013, 'WECHAT_PHONE_CODE_INVALID'],
    ['phone', 48001, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 40001, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 40164, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 89503, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 45009, 'UPSTREAM_WECHAT_REJECTED'],
    ['token', 45011, 'UPSTREAM_WECHAT_UNAVAILABLE'],
    ['token', 999_999, 'UPSTREAM_WECHAT_REJECTED'],
  ] as const;
  for (const [call, errcode, code] of cases) {
    const error = refusalError(refusalKindOf(call, errcode), { call, errcode, rid: 'r' });
    t.equal(error.code, code, `${call} ${errcode}`);
    t.strictSame(error.data, { errcode });
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
