import type { ErrorEntry } from '@app/kernel';

export const userErrors = {
  USER_NOT_FOUND: {
    kind: 'not_found',
    zh: '用户不存在',
    en: 'There is no such user',
    cause: 'No person has this id.',
    remedy: 'Check the id; sign in again if it came from a session.',
  },
  USER_FROZEN: {
    kind: 'forbidden',
    zh: '账号已被冻结，请联系客服',
    en: 'This account is frozen',
    cause: 'An operator froze the account.',
    remedy: 'Contact customer service; an operator can unfreeze it.',
  },
  ADDRESS_NOT_FOUND: {
    kind: 'not_found',
    zh: '地址不存在',
    en: 'There is no such address',
    cause: 'The address was deleted, or it belongs to somebody else.',
    remedy: 'List the addresses again.',
  },
  ADDRESS_LIMIT_REACHED: {
    kind: 'conflict',
    zh: '最多只能保存 20 个地址',
    en: 'At most 20 addresses can be kept',
    cause: 'The address book is full.',
    remedy: 'Delete an address first.',
  },
  PHONE_BOUND_TO_OTHER_ACCOUNT: {
    kind: 'conflict',
    zh: '该手机号已绑定其他账号',
    en: 'This phone number belongs to another account',
    cause: 'A phone number identifies one person.',
    remedy: 'Sign in to that account, or unbind the number there first.',
  },
} as const satisfies Record<string, ErrorEntry>;
