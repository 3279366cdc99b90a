import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../../service.ts';

/**
 * argon2id, the library's default, as OWASP names it first: 19 MiB, two passes, one lane; some 30 ms
 * on a thread of its own.
 */
const parameters = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

export const createArgon2PasswordHasher = (): PasswordHasher => {
  // Made once and at the start, so that an unknown name costs exactly one verification as well.
  const nobody = hash(randomBytes(16).toString('hex'), parameters);
  nobody.catch(() => undefined); // whoever awaits it below meets the failure
  return {
    hash: (password) => hash(password, parameters),
    verify: async (password, known) => {
      const isRight = await verify(known ?? (await nobody), password);
      return isRight && known !== undefined;
    },
  };
};
