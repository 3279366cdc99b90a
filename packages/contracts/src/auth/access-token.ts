import { Type, type Static } from '@sinclair/typebox';
import { Id, view } from '../schemas.ts';

/**
 * How the access token of an app user is made and checked. auth signs, every gateway verifies by
 * itself, in this order:
 *
 * 1. not longer than `lengthMax`; three base64url parts; header `alg` is exactly `algorithm`;
 * 2. the signature fits `JWT_SIGNING_KEY` or, while a rotation is under way,
 *    `JWT_SIGNING_KEY_PREVIOUS`;
 * 3. `iss` and `aud` are those below (a string, not a list), the claims have the form of
 *    `AccessTokenClaims`;
 * 4. `exp` is in the future; `iat` (and `nbf`, if there is one) is not, give or take the few seconds
 *    that two machines' clocks differ;
 * 5. no revocation: one of kind `session` kills every token whose `sid` is its subject; one of kind
 *    `user` kills those whose `sub` is its subject and whose `ims <= revokedAtMs`.
 */
export const accessTokenRules = {
  algorithm: 'HS256',
  issuer: 'mall',
  audience: 'app',
  lifetimeSeconds: 7200,
  lengthMax: 1024,
} as const;

export const AccessTokenClaims = view({
  iss: Type.Literal(accessTokenRules.issuer),
  aud: Type.Literal(accessTokenRules.audience),
  /** The user. */
  sub: Id,
  /** The session. */
  sid: Id,
  /** Whole seconds. */
  iat: Type.Integer({ minimum: 0 }),
  /**
   * The same moment in milliseconds: whole seconds could not tell a token issued before "log out
   * everywhere" from one issued after it in the same second.
   */
  ims: Type.Integer({ minimum: 0 }),
  /** Whole seconds. */
  exp: Type.Integer({ minimum: 0 }),
  nbf: Type.Optional(Type.Number()),
});
export type AccessTokenClaims = Static<typeof AccessTokenClaims>;
