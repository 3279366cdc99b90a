import { Type, type Static } from '@sinclair/typebox';
import { Id, view } from '../../schemas.ts';

/**
 * The access token of an admin. Gateways check it as they check an app user's (see
 * `accessTokenRules`), with `ADMIN_JWT_SECRET` and these values. There is no refresh token: it lasts
 * a working day, and one that must die earlier is revoked.
 */
export const adminTokenRules = {
  algorithm: 'HS256',
  issuer: 'mall',
  audience: 'admin',
  lifetimeSeconds: 28_800,
} as const;

/** What every signed-in admin may do, whatever roles they have: log out, change the own password. */
export const OWN_SESSION_MARK = 'session:own';

/** In a role: every mark there is, also those of services that come later. */
export const EVERY_MARK = '*';

export const AdminTokenClaims = view({
  iss: Type.Literal(adminTokenRules.issuer),
  aud: Type.Literal(adminTokenRules.audience),
  /** The admin. */
  sub: Id,
  /** The session. */
  sid: Id,
  /** Whole seconds. */
  iat: Type.Integer({ minimum: 0 }),
  /** The same moment in milliseconds. */
  ims: Type.Integer({ minimum: 0 }),
  /** Whole seconds. */
  exp: Type.Integer({ minimum: 0 }),
  /** The action marks of all roles; a change of them ends the session. */
  marks: Type.Array(Type.String()),
});
export type AdminTokenClaims = Static<typeof AdminTokenClaims>;
