import { Type, type Static } from '@sinclair/typebox';
import { At, Id, view } from '../../schemas.ts';

/** Lower case, so that two admins never look alike. */
export const Username = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{2,31}$',
  examples: ['li.na'],
});

/** As it is given; which ones are good enough, auth decides (`ADMIN_PASSWORD_WEAK`). */
export const Password = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'At least 10 characters, not a common one, without the username',
});

/** `order:ship`, or `*` for every mark there is and will be. */
export const RoleAction = Type.String({
  pattern: '^(\\*|[a-z-]{1,40}:[a-z-]{1,40})$',
  examples: ['order:ship'],
});

export const Version = Type.Integer({
  minimum: 1,
  description: 'The version the change starts from; another one by now is a 409',
});

export const RoleIds = Type.Array(Id, { maxItems: 20, uniqueItems: true });
export const RoleActions = Type.Array(RoleAction, { maxItems: 500, uniqueItems: true });
export const RoleName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '\\S',
  examples: ['仓库'],
});
export const RoleDescription = Type.String({ maxLength: 200 });
export const AdminStatus = Type.Union([Type.Literal('active'), Type.Literal('disabled')]);

export const RoleRef = view({ id: Id, name: Type.String() });

export const AdminView = view({
  id: Id,
  username: Type.String(),
  status: AdminStatus,
  roles: Type.Array(RoleRef),
  actions: Type.Array(Type.String({ description: 'What all roles together allow' })),
  version: Type.Integer(),
  createdAt: At,
  updatedAt: At,
});
export type AdminView = Static<typeof AdminView>;

export const RoleView = view({
  id: Id,
  name: Type.String(),
  description: Type.String(),
  actions: Type.Array(Type.String()),
  version: Type.Integer(),
  createdAt: At,
  updatedAt: At,
});
export type RoleView = Static<typeof RoleView>;

export const MarkView = view({
  mark: Type.String({ examples: ['order:ship'] }),
  routes: Type.Array(Type.String({ examples: ['POST /admin/v1/orders/{orderNo}/ship'] })),
});
export type MarkView = Static<typeof MarkView>;
