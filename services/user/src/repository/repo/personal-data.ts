import { assert, type Sealer } from '@app/kernel';
import type { Address } from '../../domain/address-book.ts';
import { phoneFromText, phoneToText, type Phone } from '../../domain/phone.ts';

export type Contact = Pick<Address, 'name' | 'phone' | 'detail'>;

/**
 * Personal data between its domain form and its sealed column. Every value is bound to its row:
 * copied to another row it does not open.
 */
export interface PersonalData {
  sealPhone(userId: string, phone: Phone): string;
  openPhone(userId: string, sealed: string): Phone;
  /** Equal for equal numbers, and no help in guessing them without the key. */
  phoneIndex(phone: Phone): string;
  sealContact(userId: string, addressId: string, contact: Contact): string;
  openContact(userId: string, addressId: string, sealed: string): Contact;
}

export const phoneContext = (userId: string): string => `user.phone:${userId}`;
export const contactContext = (userId: string, addressId: string): string =>
  `user.address:${userId}:${addressId}`;

export const createPersonalData = (
  sealer: Sealer,
  blindIndex: (value: string, purpose: string) => string,
): PersonalData => ({
  sealPhone: (userId, phone) => sealer.seal(phoneToText(phone), phoneContext(userId)),
  openPhone: (userId, sealed) => {
    const phone = phoneFromText(sealer.open(sealed, phoneContext(userId)));
    assert(phone !== undefined, 'a sealed phone number has the form that was sealed');
    return phone;
  },
  phoneIndex: (phone) => blindIndex(phoneToText(phone), 'user.phone'),
  sealContact: (userId, addressId, { name, phone, detail }) =>
    sealer.seal(JSON.stringify({ name, phone, detail }), contactContext(userId, addressId)),
  openContact: (userId, addressId, sealed) =>
    JSON.parse(sealer.open(sealed, contactContext(userId, addressId))) as Contact,
});
