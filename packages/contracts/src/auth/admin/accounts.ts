import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../../define.ts';
import { Empty, Id, Nothing, closed, pageOf, pageQuery, view } from '../../schemas.ts';
import {
  AdminStatus,
  AdminView,
  MarkView,
  Password,
  RoleActions,
  RoleDescription,
  RoleIds,
  RoleName,
  RoleView,
  Username,
  Version,
} from './schemas.ts';

/** What every change of an account or a role can run into. */
const touchErrors = [
  'ADMIN_CHANGED_MEANWHILE',
  'ADMIN_MARKS_EXCEEDED',
  'ADMIN_SELF_LOCKOUT',
  'ADMIN_LAST_MANAGER',
] as const;

const versionInQuery = closed({ id: Id, version: Version });

/** Accounts of admins. */
export const accountActions = {
  listAdmins: {
    summary: 'Admins, the oldest first',
    params: closed(pageQuery),
    result: pageOf(AdminView),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/accounts',
      audience: 'admin',
      mark: 'account:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  getAdmin: {
    summary: 'One admin',
    params: closed({ id: Id }),
    result: AdminView,
    errors: ['ADMIN_NOT_FOUND'],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/accounts/{id}',
      audience: 'admin',
      mark: 'account:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  createAdmin: {
    summary: 'Add an admin',
    timeoutMs: 10_000,
    params: closed({ username: Username, password: Password, roleIds: RoleIds }),
    result: AdminView,
    errors: [
      'ADMIN_USERNAME_TAKEN',
      'ADMIN_PASSWORD_WEAK',
      'ROLE_UNKNOWN',
      'ADMIN_MARKS_EXCEEDED',
      'ADMIN_LIMIT_REACHED',
    ],
    idempotent: false,
    route: {
      method: 'POST',
      path: '/admin/v1/accounts',
      audience: 'admin',
      mark: 'account:write',
      rateClass: 'write',
      idempotency: 'none',
      status: 201,
    },
  },
  updateAdmin: {
    summary: 'Change roles, status or password of an admin',
    description:
      'Whatever changes what the admin may do, or the password, ends the session of the admin on every gateway within a second.',
    timeoutMs: 10_000,
    params: closed({
      id: Id,
      version: Version,
      roleIds: Type.Optional(RoleIds),
      status: Type.Optional(AdminStatus),
      password: Type.Optional(Password),
    }),
    result: AdminView,
    errors: ['ADMIN_NOT_FOUND', 'ADMIN_PASSWORD_WEAK', 'ROLE_UNKNOWN', ...touchErrors],
    idempotent: false,
    route: {
      method: 'PATCH',
      path: '/admin/v1/accounts/{id}',
      audience: 'admin',
      mark: 'account:write',
      rateClass: 'write',
      idempotency: 'none',
    },
  },
  deleteAdmin: {
    summary: 'Delete an admin',
    params: versionInQuery,
    result: Nothing,
    errors: ['ADMIN_NOT_FOUND', ...touchErrors],
    idempotent: false,
    route: {
      method: 'DELETE',
      path: '/admin/v1/accounts/{id}',
      audience: 'admin',
      mark: 'account:write',
      rateClass: 'write',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

/** Roles: named sets of action marks. */
export const roleActions = {
  listRoles: {
    summary: 'Roles, the oldest first',
    params: closed(pageQuery),
    result: pageOf(RoleView),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/roles',
      audience: 'admin',
      mark: 'role:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  getRole: {
    summary: 'One role',
    params: closed({ id: Id }),
    result: RoleView,
    errors: ['ROLE_NOT_FOUND'],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/roles/{id}',
      audience: 'admin',
      mark: 'role:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  createRole: {
    summary: 'Add a role',
    params: closed({
      name: RoleName,
      description: Type.Optional(RoleDescription),
      actions: RoleActions,
    }),
    result: RoleView,
    errors: [
      'ROLE_NAME_TAKEN',
      'ACTION_MARK_UNKNOWN',
      'ADMIN_MARKS_EXCEEDED',
      'ADMIN_LIMIT_REACHED',
    ],
    idempotent: false,
    route: {
      method: 'POST',
      path: '/admin/v1/roles',
      audience: 'admin',
      mark: 'role:write',
      rateClass: 'write',
      idempotency: 'none',
      status: 201,
    },
  },
  updateRole: {
    summary: 'Change a role',
    description: 'Admins whose marks change by it are signed out on every gateway within a second.',
    params: closed({
      id: Id,
      version: Version,
      name: Type.Optional(RoleName),
      description: Type.Optional(RoleDescription),
      actions: Type.Optional(RoleActions),
    }),
    result: RoleView,
    errors: ['ROLE_NOT_FOUND', 'ROLE_NAME_TAKEN', 'ACTION_MARK_UNKNOWN', ...touchErrors],
    idempotent: false,
    route: {
      method: 'PATCH',
      path: '/admin/v1/roles/{id}',
      audience: 'admin',
      mark: 'role:write',
      rateClass: 'write',
      idempotency: 'none',
    },
  },
  deleteRole: {
    summary: 'Delete a role that nobody has',
    params: versionInQuery,
    result: Nothing,
    errors: ['ROLE_NOT_FOUND', 'ROLE_IN_USE', 'ADMIN_CHANGED_MEANWHILE', 'ADMIN_MARKS_EXCEEDED'],
    idempotent: false,
    route: {
      method: 'DELETE',
      path: '/admin/v1/roles/{id}',
      audience: 'admin',
      mark: 'role:write',
      rateClass: 'write',
      idempotency: 'none',
    },
  },
  listMarks: {
    summary: 'Every action mark there is, with the routes that need it',
    params: Empty,
    result: view({ items: Type.Array(MarkView) }),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/marks',
      audience: 'admin',
      mark: 'role:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

/** For operators on the machine: `./make.sh admin`. */
export const operatorActions = {
  createOwner: {
    summary: 'Add an admin who may do everything',
    description: 'Gives the role `owner`, which holds every mark, and makes it when there is none.',
    timeoutMs: 10_000,
    params: closed({ username: Username, password: Password }),
    result: AdminView,
    errors: ['ADMIN_USERNAME_TAKEN', 'ADMIN_PASSWORD_WEAK', 'ADMIN_LIMIT_REACHED'],
    idempotent: false,
    route: {
      method: 'POST',
      path: '/internal/v1/admins',
      audience: 'internal',
      rateClass: 'none',
      idempotency: 'none',
      status: 201,
    },
  },
  resetAdminPassword: {
    summary: 'Set a new password, end the session, lift the lock',
    timeoutMs: 10_000,
    params: closed({ username: Username, password: Password }),
    result: Nothing,
    errors: ['ADMIN_NOT_FOUND', 'ADMIN_PASSWORD_WEAK'],
    idempotent: true,
    route: {
      method: 'POST',
      path: '/internal/v1/admins/{username}/password',
      audience: 'internal',
      rateClass: 'none',
      idempotency: 'none',
    },
  },
  listOwners: {
    summary: 'Admins, for the operator',
    params: closed(pageQuery),
    result: pageOf(AdminView),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/internal/v1/admins',
      audience: 'internal',
      rateClass: 'none',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
