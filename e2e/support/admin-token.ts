import { createUlids } from '@app/kernel';
import jwt from 'jsonwebtoken';

const ids = createUlids();

/** The access token of an admin with these marks, as auth would sign it. */
export const adminToken = (
  secrets: Readonly<Record<string, string>>,
  marks: readonly string[],
): string => {
  const nowMs = Date.now();
  const iat = Math.floor(nowMs / 1000);
  const claims = { sub: ids.next(), sid: ids.next(), iss: 'mall', aud: 'admin', marks };
  return jwt.sign(
    { ...claims, iat, ims: nowMs, exp: iat + 3600 },
    secrets['ADMIN_JWT_SECRET'] ?? '',
  );
};
