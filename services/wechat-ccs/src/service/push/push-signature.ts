import { createHash } from 'node:crypto';
import { equalsConstantTime } from '@app/kernel';

/** Lower-case hex SHA-1 over the parts sorted by their bytes (reference 10.1, 10.2). */
const signatureOf = (parts: readonly string[]): string => {
  const sorted = parts.map((part) => Buffer.from(part)).sort((a, b) => Buffer.compare(a, b));
  return createHash('sha1').update(Buffer.concat(sorted)).digest('hex');
};

const isComplete = (parts: readonly (string | undefined)[]): parts is readonly string[] =>
  parts.every((part) => part !== undefined && part !== '');

/** False as well when a part is missing: an empty one would let its neighbours stand in for it. */
export const isSigned = (
  signature: string | undefined,
  parts: readonly (string | undefined)[],
): boolean =>
  signature !== undefined && isComplete(parts) && equalsConstantTime(signature, signatureOf(parts));
