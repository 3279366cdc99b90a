import { createHash } from 'node:crypto';
import type { JsSigner } from '../../service.ts';

/** SHA-1 because WeChat says so (reference, 4): the ticket in it is the secret, not the hash. */
export const jsSigner: JsSigner = {
  sign: (text) => createHash('sha1').update(text).digest('hex'),
};
