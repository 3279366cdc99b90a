import { createUlids, type Ids } from '@app/kernel';
import type { Address, AddressFields } from '../../src/domain/address-book.ts';
import type { IdentityKey } from '../../src/domain/identity.ts';
import { registerUser, type User, type UserChange } from '../../src/domain/user.ts';

export const ids: Ids = createUlids();

/** 2026-11-20T08:00:00.123Z: milliseconds that are not zero, so that a lost precision shows. */
export const NOON_MS = 1_795_161_600_123;

export const aRegistration = (overrides: Partial<User> = {}): UserChange => {
  const change = registerUser('wechat', { userId: overrides.id ?? ids.next(), nowMs: NOON_MS });
  return { ...change, next: { ...change.next, ...overrides } };
};

export const aUser = (overrides: Partial<User> = {}): User => aRegistration(overrides).next;

export const anIdentity = (overrides: Partial<IdentityKey> = {}): IdentityKey => ({
  provider: 'wechat',
  realm: 'wx1234567890abcdef',
  subject: `o${ids.next()}`,
  ...overrides,
});

export const addressFields = (overrides: Partial<AddressFields> = {}): AddressFields => ({
  name: '张小明',
  phone: '13812345678',
  province: '广东省',
  city: '深圳市',
  district: '南山区',
  detail: '科技园 1 号楼 101',
  ...overrides,
});

export const anAddress = (overrides: Partial<Address> = {}): Address => ({
  ...addressFields(),
  id: ids.next(),
  isDefault: false,
  createdAtMs: NOON_MS,
  ...overrides,
});
