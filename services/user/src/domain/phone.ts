import { maskPhone } from '@app/kernel';

/** A verified number. The country is kept apart because shoppers see the national part only. */
export interface Phone {
  /** Digits, without `+`. */
  readonly countryCode: string;
  /** Digits as dialled inside the country. */
  readonly number: string;
}

/** One text per number: what is sealed, and what the blind index is computed from. */
export const phoneToText = (phone: Phone): string => `+${phone.countryCode}-${phone.number}`;

/** The reverse of `phoneToText`; `undefined` when the text is not one of ours. */
export const phoneFromText = (text: string): Phone | undefined => {
  const match = /^\+([0-9]{1,4})-([0-9]{1,15})$/.exec(text);
  const [, countryCode, number] = match ?? [];
  return countryCode === undefined || number === undefined ? undefined : { countryCode, number };
};

export const samePhone = (left: Phone | null, right: Phone | null): boolean =>
  left === right || (left !== null && right !== null && phoneToText(left) === phoneToText(right));

/** The only form in which a number leaves this service. */
export const maskedPhone = (phone: Phone | null): string | null =>
  phone === null ? null : maskPhone(phone.number);
