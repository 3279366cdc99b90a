import t from 'tap';
import { requireStrongPassword } from '../../../../src/domain/admin/password-rule.ts';

const weak: Readonly<Record<string, string>> = {
  'too short': 'minLength',
  aaaaaaaaaaaab: 'distinct',
  'my li.na password': 'username',
  'LI.NA is my name': 'username',
  '1234567890': 'common',
  Password1234: 'common',
  '!!woaini1314': 'common',
};

t.test('a weak password is refused with the rule it breaks', async (t) => {
  for (const [password, rule] of Object.entries(weak))
    t.throws(
      () => {
        requireStrongPassword(password, { username: 'li.na' });
      },
      { code: 'ADMIN_PASSWORD_WEAK', data: { errors: [{ field: 'password', rule }] } },
      password,
    );
});

t.test('length and surprise are enough: no kinds of characters are demanded', async (t) => {
  for (const password of ['correct horse battery', '春眠不觉晓处处闻啼鸟', 'k3v-9fq-x2m'])
    t.doesNotThrow(() => {
      requireStrongPassword(password, { username: 'li.na' });
    }, password);
});
