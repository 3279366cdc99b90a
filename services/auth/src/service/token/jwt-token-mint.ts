import { createSecretKey, randomBytes } from 'node:crypto';
import { accessTokenRules, adminTokenRules } from '@app/contracts';
import jwt from 'jsonwebtoken';
import type { TokenMint } from '../../service.ts';

const REFRESH_TOKEN_BYTES = 32;

/** Signs what gateways verify by `accessTokenRules`. The prefix lets secret scanners find a leaked token. */
export const createJwtTokenMint = (keys: {
  readonly app: string;
  readonly admin: string;
}): TokenMint => {
  const key = createSecretKey(Buffer.from(keys.app, 'utf8'));
  const adminKey = createSecretKey(Buffer.from(keys.admin, 'utf8'));
  return {
    newRefreshToken: () => `rt_${randomBytes(REFRESH_TOKEN_BYTES).toString('base64url')}`,
    signAccessToken: (claims) =>
      jwt.sign({ ...claims }, key, { algorithm: accessTokenRules.algorithm }),
    signAdminToken: (claims) =>
      jwt.sign({ ...claims }, adminKey, { algorithm: adminTokenRules.algorithm }),
  };
};
