import type { Address, IdentityKey, ParamsOf, ResultOf, UserProfile, user } from '@app/contracts';
import type { AddressFields } from './domain/address-book.ts';
import type { Phone } from './domain/phone.ts';
import type { ProfilePatch } from './domain/user.ts';
import type { Operation } from './repository.ts';

/** What this service can do: one entry per file in `usecase/`. */
export interface Usecases {
  /** @throws USER_NOT_FOUND */
  getMe(query: { readonly userId: string }): Promise<UserProfile>;
  /** @throws USER_NOT_FOUND */
  updateMe(command: {
    readonly userId: string;
    readonly patch: ProfilePatch;
  }): Promise<UserProfile>;
  listMyAddresses(query: { readonly userId: string }): Promise<readonly Address[]>;
  /** @throws ADDRESS_NOT_FOUND, also when it is somebody else's */
  getAddress(query: { readonly userId: string; readonly addressId: string }): Promise<Address>;
  findWechatOpenid(
    query: ParamsOf<typeof user.actions.findWechatOpenid>,
  ): Promise<ResultOf<typeof user.actions.findWechatOpenid>>;
  /** @throws ADDRESS_LIMIT_REACHED, USER_NOT_FOUND */
  createMyAddress(command: {
    readonly userId: string;
    readonly fields: AddressFields;
    readonly operation?: Operation<Address>;
  }): Promise<Address>;
  /** @throws ADDRESS_NOT_FOUND */
  updateMyAddress(command: {
    readonly userId: string;
    readonly addressId: string;
    readonly fields: AddressFields;
  }): Promise<Address>;
  /** @throws ADDRESS_NOT_FOUND */
  deleteMyAddress(command: { readonly userId: string; readonly addressId: string }): Promise<void>;
  /** The same person for the same keys, also when called in parallel. @throws USER_FROZEN */
  findOrCreateByIdentity(command: {
    readonly keys: readonly IdentityKey[];
  }): Promise<ResultOf<typeof user.actions.findOrCreateByIdentity>>;
  /** @throws USER_NOT_FOUND */
  getProfile(
    query: ParamsOf<typeof user.actions.getProfile>,
  ): Promise<ResultOf<typeof user.actions.getProfile>>;
  /** @throws USER_NOT_FOUND, PHONE_BOUND_TO_OTHER_ACCOUNT */
  bindPhone(command: {
    readonly userId: string;
    readonly phone: Phone;
  }): Promise<{ readonly phone: string }>;
  /** @throws USER_NOT_FOUND */
  freezeUser(command: { readonly userId: string; readonly reason: string }): Promise<void>;
  /** @throws USER_NOT_FOUND */
  unfreezeUser(command: { readonly userId: string }): Promise<void>;
  /** @returns how many rows were sealed anew */
  reencryptPersonalData(command: { readonly batchSize: number }): Promise<number>;
}
