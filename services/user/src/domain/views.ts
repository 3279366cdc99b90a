import type { Address as AddressView, UserProfile } from '@app/contracts';
import { toRfc3339 } from '@app/kernel';
import type { Address } from './address-book.ts';
import { maskedPhone } from './phone.ts';
import type { User } from './user.ts';

export const toProfile = (user: User): UserProfile => ({
  id: user.id,
  nickname: user.nickname,
  avatarUrl: user.avatarUrl,
  bio: user.bio,
  phone: maskedPhone(user.phone),
  createdAt: toRfc3339(user.createdAtMs),
});

/** Only the owner ever sees an address, and edits it: it is not masked. */
export const toAddressView = ({ createdAtMs: _, ...address }: Address): AddressView => address;
