import { WechatError } from './errors.ts';
import type { Parcel, ShippingInfo } from './shipping-book.ts';

/** The form of an upload, without any order in view (reference 9). */

export const asFields = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const EXPRESS = 1;
const SPLIT = 2;
const PARCELS_MAX = 15;
const CODE_MAX = 128;
const DESCRIPTION_MAX = 120;

/** Masked, with the last four digits in the clear. */
const MASKED = /\*.*\d{4}$/;

const readContact = (value: unknown, carrier: string): Parcel['contact'] => {
  const contact = asFields(value);
  const phones = [contact?.['consignor_contact'], contact?.['receiver_contact']].filter(
    (phone) => phone !== undefined,
  );
  if (carrier === 'SF' && phones.length === 0) throw new WechatError(10060014);
  if (!phones.every((phone) => MASKED.test(textOf(phone)))) throw new WechatError(10060014);
  return contact as Parcel['contact'];
};

const readParcel = (value: unknown, logistics: unknown): Parcel => {
  const parcel = asFields(value);
  if (parcel === undefined) throw new WechatError(10060014);
  const description = textOf(parcel['item_desc']);
  if (description === '') throw new WechatError(10060008);
  if (Array.from(description).length > DESCRIPTION_MAX) throw new WechatError(10060009);
  const trackingNo = textOf(parcel['tracking_no']);
  const carrier = textOf(parcel['express_company']);
  if (trackingNo.length > CODE_MAX) throw new WechatError(10060026);
  if (carrier.length > CODE_MAX) throw new WechatError(10060025);
  if (logistics === EXPRESS && trackingNo === '') throw new WechatError(268485226);
  if (logistics === EXPRESS && carrier === '') throw new WechatError(268485227);
  const contact = readContact(parcel['contact'], carrier);
  return {
    ...(trackingNo === '' ? {} : { tracking_no: trackingNo }),
    ...(carrier === '' ? {} : { express_company: carrier }),
    item_desc: description,
    ...(contact === undefined ? {} : { contact }),
  };
};

export const readShipping = (fields: Readonly<Record<string, unknown>>): ShippingInfo => {
  const { logistics_type: logistics, delivery_mode: mode, is_all_delivered: all } = fields;
  if (![1, 2, 3, 4].includes(logistics as number)) throw new WechatError(10060005);
  if (mode !== 1 && mode !== SPLIT) throw new WechatError(268485224);
  if (mode === SPLIT && logistics !== EXPRESS) throw new WechatError(10060006);
  if (mode === SPLIT && typeof all !== 'boolean') throw new WechatError(10060007);
  const list: unknown = fields['shipping_list'];
  if (!Array.isArray(list) || list.length === 0) throw new WechatError(10060014);
  if (list.length > PARCELS_MAX) throw new WechatError(10060024);
  if (mode === 1 && list.length !== 1) throw new WechatError(268485228);
  return {
    logistics_type: logistics as number,
    delivery_mode: mode,
    is_all_delivered: mode === SPLIT ? all === true : true,
    shipping_list: list.map((parcel) => readParcel(parcel, logistics)),
  };
};
