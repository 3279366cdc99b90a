import { Type, type Static } from '@sinclair/typebox';
import { defineService } from '../define.ts';
import {
  At,
  AtMs,
  Empty,
  HttpsUrl,
  Id,
  Nothing,
  closed,
  nullable,
  pageOf,
  view,
} from '../schemas.ts';
import { userErrors } from './errors.ts';

export { userErrors } from './errors.ts';

export const UserProfile = view({
  id: Id,
  nickname: Type.String({ examples: ['小明'] }),
  avatarUrl: Type.String({ description: 'Empty when there is none' }),
  bio: Type.String(),
  phone: nullable(Type.String({ description: 'Masked', examples: ['138****5678'] })),
  createdAt: At,
});
export type UserProfile = Static<typeof UserProfile>;

const addressFields = {
  name: Type.String({ minLength: 1, maxLength: 50, pattern: '\\S', examples: ['张小明'] }),
  phone: Type.String({ pattern: '^\\+?[0-9][0-9 -]{4,18}[0-9]$', examples: ['13812345678'] }),
  province: Type.String({ minLength: 1, maxLength: 50, examples: ['广东省'] }),
  city: Type.String({ minLength: 1, maxLength: 50, examples: ['深圳市'] }),
  district: Type.String({ minLength: 1, maxLength: 50, examples: ['南山区'] }),
  detail: Type.String({ minLength: 1, maxLength: 200, examples: ['科技园 1 号楼 101'] }),
  isDefault: Type.Boolean(),
};

export const AddressInput = closed({
  ...addressFields,
  isDefault: Type.Optional(
    Type.Boolean({
      description:
        'Left out: stays as it is; a new address is not the default unless it is the first',
    }),
  ),
});
export type AddressInput = Static<typeof AddressInput>;

export const Address = view({ id: Id, ...addressFields });
export type Address = Static<typeof Address>;

/** A way to recognise a person: who says so, within which app, and under which name. */
export const IdentityKey = closed({
  provider: Type.Union([
    Type.Literal('wechat'),
    Type.Literal('wechat-union'),
    Type.Literal('douyin'),
    Type.Literal('douyin-union'),
  ]),
  // Printable ASCII without spaces: two keys are equal exactly when their bytes are, also for the unique key.
  realm: Type.String({
    pattern: '^[!-~]{0,64}$',
    description: 'The app id; empty for ids that hold across apps',
  }),
  subject: Type.String({ pattern: '^[!-~]{1,128}$' }),
});
export type IdentityKey = Static<typeof IdentityKey>;

export const user = defineService({
  name: 'user',
  summary: 'People, their identities, profile and addresses',
  errors: userErrors,
  actions: {
    getMe: {
      summary: 'My profile',
      params: Empty,
      result: UserProfile,
      errors: ['USER_NOT_FOUND'],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/api/v1/users/me',
        audience: 'app',
        rateClass: 'read',
        idempotency: 'none',
      },
    },
    updateMe: {
      summary: 'Change my profile',
      description: 'Fields that are not sent stay as they are.',
      params: closed({
        nickname: Type.Optional(
          Type.String({ minLength: 1, maxLength: 32, pattern: '\\S', examples: ['小红'] }),
        ),
        avatarUrl: Type.Optional(HttpsUrl),
        bio: Type.Optional(Type.String({ maxLength: 200 })),
      }),
      result: UserProfile,
      errors: ['USER_NOT_FOUND'],
      idempotent: true,
      route: {
        method: 'PATCH',
        path: '/api/v1/users/me',
        audience: 'app',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
    listMyAddresses: {
      summary: 'My addresses, the default one first',
      params: Empty,
      result: pageOf(Address),
      errors: [],
      idempotent: true,
      route: {
        method: 'GET',
        path: '/api/v1/users/me/addresses',
        audience: 'app',
        rateClass: 'read',
        idempotency: 'none',
      },
    },
    createMyAddress: {
      summary: 'Add an address',
      description: 'The first address becomes the default one. At most 20 are kept.',
      params: AddressInput,
      result: Address,
      errors: ['ADDRESS_LIMIT_REACHED', 'USER_NOT_FOUND'],
      idempotent: false,
      route: {
        method: 'POST',
        path: '/api/v1/users/me/addresses',
        audience: 'app',
        rateClass: 'write',
        idempotency: 'optional',
        status: 201,
      },
    },
    updateMyAddress: {
      summary: 'Replace an address',
      description:
        'Taking the default away gives it to the newest other address; the only address stays the default.',
      params: closed({ id: Id, ...AddressInput.properties }),
      result: Address,
      errors: ['ADDRESS_NOT_FOUND', 'USER_NOT_FOUND'],
      idempotent: true,
      route: {
        method: 'PUT',
        path: '/api/v1/users/me/addresses/{id}',
        audience: 'app',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
    deleteMyAddress: {
      summary: 'Delete an address',
      description: 'When it was the default, the newest one left becomes it.',
      params: closed({ id: Id }),
      result: Nothing,
      errors: ['ADDRESS_NOT_FOUND', 'USER_NOT_FOUND'],
      idempotent: true,
      route: {
        method: 'DELETE',
        path: '/api/v1/users/me/addresses/{id}',
        audience: 'app',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
    findOrCreateByIdentity: {
      summary: 'The person behind an identity; a new one when nobody is',
      description:
        'Keys are alternatives for the same person (openid, unionid): the first known one decides, unknown ones are linked to that person. Parallel calls with the same keys give the same person.',
      params: closed({ keys: Type.Array(IdentityKey, { minItems: 1, maxItems: 4 }) }),
      result: view({ profile: UserProfile, isNew: Type.Boolean() }),
      errors: ['USER_FROZEN'],
      idempotent: true,
    },
    getProfile: {
      summary: 'The profile of a person',
      params: closed({ userId: Id }),
      result: view({
        profile: UserProfile,
        status: Type.Union([Type.Literal('active'), Type.Literal('frozen')]),
      }),
      errors: ['USER_NOT_FOUND'],
      idempotent: true,
    },
    getAddress: {
      summary: 'One address of a person in full, for the service that sends something there',
      params: closed({ userId: Id, addressId: Id }),
      result: Address,
      errors: ['ADDRESS_NOT_FOUND'],
      idempotent: true,
    },
    findWechatOpenid: {
      summary: 'Who a person is to WeChat in one of our apps',
      params: closed({
        userId: Id,
        appId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
      }),
      result: view({
        openid: nullable(
          Type.String({ description: 'Null when the person never signed in with WeChat there' }),
        ),
      }),
      errors: [],
      idempotent: true,
    },
    bindPhone: {
      summary: 'Set the verified phone number of a person',
      params: closed({
        userId: Id,
        phone: Type.String({
          pattern: '^[0-9]{5,15}$',
          description: 'National number without country code',
        }),
        countryCode: Type.String({ pattern: '^[0-9]{1,4}$' }),
      }),
      result: view({ phone: Type.String({ description: 'Masked' }) }),
      errors: ['USER_NOT_FOUND', 'PHONE_BOUND_TO_OTHER_ACCOUNT'],
      idempotent: true,
    },
    freezeUser: {
      summary: 'Freeze an account: its sessions end within a second',
      params: closed({
        id: Id,
        reason: Type.String({ minLength: 1, maxLength: 200, examples: ['fraud'] }),
      }),
      result: Nothing,
      errors: ['USER_NOT_FOUND'],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/internal/v1/users/{id}/freeze',
        audience: 'internal',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    unfreezeUser: {
      summary: 'Unfreeze an account: its owner can sign in again',
      params: closed({ id: Id }),
      result: Nothing,
      errors: ['USER_NOT_FOUND'],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/internal/v1/users/{id}/unfreeze',
        audience: 'internal',
        rateClass: 'none',
        idempotency: 'none',
      },
    },
    freezeAccount: {
      summary: 'Freeze an account as an admin: its sessions end within a second',
      params: closed({
        id: Id,
        reason: Type.String({ minLength: 1, maxLength: 200, examples: ['fraud'] }),
      }),
      result: Nothing,
      errors: ['USER_NOT_FOUND'],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/admin/v1/users/{id}/freeze',
        audience: 'admin',
        mark: 'user:freeze',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
    unfreezeAccount: {
      summary: 'Unfreeze an account as an admin: its owner can sign in again',
      params: closed({ id: Id }),
      result: Nothing,
      errors: ['USER_NOT_FOUND'],
      idempotent: true,
      route: {
        method: 'POST',
        path: '/admin/v1/users/{id}/unfreeze',
        audience: 'admin',
        mark: 'user:freeze',
        rateClass: 'write',
        idempotency: 'none',
      },
    },
  },
  facts: {
    registered: {
      summary: 'A person was seen for the first time',
      payload: view({ userId: Id, provider: Type.String(), registeredAtMs: AtMs }),
    },
    phoneBound: {
      summary: 'A person has a verified phone number (which one, only user knows)',
      payload: view({ userId: Id, boundAtMs: AtMs }),
    },
    frozen: {
      summary: 'An account was frozen',
      payload: view({ userId: Id, reason: Type.String(), frozenAtMs: AtMs }),
    },
    unfrozen: {
      summary: 'An account was unfrozen',
      payload: view({ userId: Id, unfrozenAtMs: AtMs }),
    },
  },
  hints: {
    profileChanged: {
      summary: 'Drop what you cached of this profile',
      payload: view({ userId: Id }),
    },
  },
  queues: {
    piiReencrypt: {
      summary: 'Re-encrypt personal data that an older key sealed, batch by batch',
      payload: view({ batchSize: Type.Integer({ minimum: 1, maximum: 1000 }) }),
      attemptsMax: 5,
      backoffMs: 1000,
      concurrency: 1,
    },
  },
});
