import { Type, type Static } from '@sinclair/typebox';
import type { ActionSpec } from '../../define.ts';
import { Empty, Id, Nothing, closed, view } from '../../schemas.ts';
import { Password, RoleRef } from './schemas.ts';
import { OWN_SESSION_MARK } from './token.ts';

export const AdminLogin = view({
  accessToken: Type.String({ description: 'JWT, HS256' }),
  expiresIn: Type.Integer({ description: 'Seconds it lives', examples: [28_800] }),
  admin: view({
    id: Id,
    username: Type.String(),
    roles: Type.Array(RoleRef),
    actions: Type.Array(Type.String()),
  }),
});
export type AdminLogin = Static<typeof AdminLogin>;

/** How admins sign in and out. */
export const adminSessionActions = {
  loginAdmin: {
    summary: 'Sign in as an admin',
    description:
      'An admin has one live session: a second login ends the first, whose requests then get 401 SESSION_REPLACED on every gateway within a second.',
    params: closed({
      username: Type.String({ minLength: 1, maxLength: 64 }),
      password: Type.String({ minLength: 1, maxLength: 128 }),
    }),
    result: AdminLogin,
    errors: ['ADMIN_LOGIN_INVALID', 'ADMIN_LOGIN_LOCKED', 'ADMIN_DISABLED'],
    idempotent: false,
    timeoutMs: 10_000,
    route: {
      method: 'POST',
      path: '/admin/v1/auth/login',
      audience: 'public',
      rateClass: 'auth',
      idempotency: 'none',
    },
  },
  logoutAdmin: {
    summary: 'End the session of this admin',
    params: Empty,
    result: Nothing,
    errors: [],
    idempotent: true,
    route: {
      method: 'POST',
      path: '/admin/v1/auth/logout',
      audience: 'admin',
      mark: OWN_SESSION_MARK,
      rateClass: 'write',
      idempotency: 'none',
    },
  },
  changeOwnPassword: {
    summary: 'Change the own password',
    description: 'Ends the session: sign in again with the new password.',
    params: closed({
      currentPassword: Type.String({ minLength: 1, maxLength: 128 }),
      newPassword: Password,
    }),
    result: Nothing,
    errors: ['ADMIN_LOGIN_INVALID', 'ADMIN_LOGIN_LOCKED', 'ADMIN_PASSWORD_WEAK', 'ADMIN_NOT_FOUND'],
    idempotent: false,
    timeoutMs: 10_000,
    route: {
      method: 'POST',
      path: '/admin/v1/auth/password',
      audience: 'admin',
      mark: OWN_SESSION_MARK,
      rateClass: 'write',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
