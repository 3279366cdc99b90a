import t from 'tap';
import { createKeys, defineScript, keyPart } from '../../src/index.ts';

t.test('a key is service, noun, id and field with colons between', async (t) => {
  const keys = createKeys('wechat-ccs');

  t.equal(keys('token', 'wx12'), 'wechat-ccs:token:wx12');
  t.equal(keys('token', 'wx12', 'expires'), 'wechat-ccs:token:wx12:expires');
});

t.test('a part that would forge another key is refused with a message that names it', async (t) => {
  const keys = createKeys('user');
  const bad = ['', 'a:b', 'a b', 'a\nb', '{tag}', 'a*', 'é', 'x'.repeat(201)];

  for (const value of bad) {
    t.throws(() => keys('profile', value), /key's id must be/, JSON.stringify(value));
    t.throws(() => keys('profile', 'u1', value), /key's field must be/, JSON.stringify(value));
  }
  t.throws(() => keys('Profile', 'u1'), /key's noun must be/);
  t.throws(() => createKeys('user:x'), /key's service must be/);
});

t.test('text from outside becomes a safe part, different for different text', async (t) => {
  const keys = createKeys('gateway');
  const texts = ['1.2.3.4', '::1', '-1', ':', '{a}', '用户', 'x'.repeat(500), 'y'.repeat(500)];

  const parts = texts.map(keyPart);

  t.equal(new Set(parts).size, texts.length);
  for (const part of parts) t.doesNotThrow(() => keys('rate', part));
  t.equal(parts[0], '1.2.3.4', 'readable where it can be');
});

t.test('a script without the four parts of its header is refused', async (t) => {
  const whole = '-- KEYS[1] a\n-- ARGV[1] b\n-- Returns c\n-- Replay d\nreturn 1';

  t.equal(defineScript({ name: 'ok', keys: 1, lua: whole }).lua, whole);
  for (const label of ['KEYS', 'ARGV', 'Returns', 'Replay']) {
    t.throws(
      () => defineScript({ name: 'bad', keys: 1, lua: whole.replace(label, 'x') }),
      new RegExp(`must explain "${label}"`),
    );
  }
  t.throws(() => defineScript({ name: 'Bad Name', keys: 1, lua: whole }), /kebab-case/);
});
