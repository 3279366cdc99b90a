import t from 'tap';
import { createArgon2PasswordHasher } from '../../../src/service/password/argon2-password-hasher.ts';

const hasher = createArgon2PasswordHasher();

t.test('a password fits its own hash, salted anew each time, and no other', async (t) => {
  const [first, second] = await Promise.all([hasher.hash('春眠不觉晓'), hasher.hash('春眠不觉晓')]);

  t.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  t.not(first, second);
  t.equal(await hasher.verify('春眠不觉晓', first), true);
  t.equal(await hasher.verify('春眠不觉', first), false);
});

t.test('nobody has a password that fits', async (t) => {
  t.equal(await hasher.verify('', undefined), false);
  t.equal(await hasher.verify('anything', undefined), false);
});
