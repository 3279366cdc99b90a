import { cut, onOneLine } from './fit-text.ts';

/** A payment, by WeChat's number or by ours with the merchant's. */
export type PaymentKey =
  { readonly transactionId: string } | { readonly mchId: string; readonly outTradeNo: string };

export type Logistics = 'express' | 'same_city' | 'virtual' | 'pickup';
export type DeliveryMode = 'unified' | 'split';

export interface ParcelInput {
  readonly trackingNo?: string;
  readonly carrier?: string;
  readonly description: string;
  readonly consignorPhone?: string;
  readonly receiverPhone?: string;
}

/** What the shop says of the shipping of one payment. */
export interface ShippingInput {
  readonly logistics: Logistics;
  readonly mode: DeliveryMode;
  /** `undefined`: not said, which only `split` needs. */
  readonly isAllDelivered: boolean | undefined;
  readonly parcels: readonly ParcelInput[];
}

export interface Parcel {
  readonly trackingNo: string | null;
  readonly carrier: string | null;
  readonly description: string | null;
}

/** What WeChat knows of a payment. */
export interface ShippedOrder {
  readonly transactionId: string;
  readonly mchId: string;
  readonly outTradeNo: string;
  readonly openid: string;
  readonly paidFen: number;
  readonly paidAtMs: number | null;
  readonly state:
    'to_ship' | 'shipped' | 'received' | 'finished' | 'refunded' | 'pending_settlement';
  readonly isInComplaint: boolean;
  readonly shipping: {
    readonly logistics: Logistics | null;
    readonly mode: DeliveryMode | null;
    readonly isFinished: boolean;
    /** 2: the one change after completion is used up. */
    readonly finishCount: number;
    readonly parcels: readonly Parcel[];
  } | null;
}

const DESCRIPTION_MAX = 120;

/**
 * All but the last four digits, and the first three of a number that is long enough, are hidden. One
 * that is masked already stays as it is.
 */
export const maskContact = (phone: string): string => {
  const digits = [...phone.matchAll(/[\d*]/g)].map(({ index }) => index);
  const shown = digits.length >= 11 ? 3 : 0;
  const hidden = new Set(digits.slice(shown, -4));
  const masked = phone.replaceAll(/\d/g, (digit, index: number) =>
    hidden.has(index) ? '*' : digit,
  );
  return masked.includes('*') ? masked : `****${masked.slice(-4)}`;
};

export type CheckedShipping =
  | { readonly ok: true; readonly shipping: ShippingInput }
  | { readonly ok: false; readonly field: string; readonly rule: string };

interface Violation {
  readonly field: string;
  readonly rule: string;
}

/** SF Express finds the parcel only with a phone (reference, section 9). */
const NEEDS_PHONE = 'SF';

const isPhone = (phone: string): boolean => /^[\d+*() -]*\d{4}$/.test(phone);

function* parcelViolations(parcel: ParcelInput, at: string, logistics: Logistics) {
  const { trackingNo, carrier, description, consignorPhone, receiverPhone } = parcel;
  const violation = (field: string, rule: string): Violation => ({ field: `${at}.${field}`, rule });
  if (onOneLine(description) === '') yield violation('description', 'not empty');
  if (logistics === 'express') {
    if (trackingNo === undefined) yield violation('trackingNo', 'needed for express');
    if (carrier === undefined) yield violation('carrier', 'needed for express');
  }
  for (const [field, phone] of Object.entries({ consignorPhone, receiverPhone })) {
    if (phone !== undefined && !isPhone(phone)) yield violation(field, 'a phone number');
  }
  if (carrier === NEEDS_PHONE && consignorPhone === undefined && receiverPhone === undefined) {
    yield violation('receiverPhone', 'SF Express needs the phone of receiver or consignor');
  }
}

function* violations({ logistics, mode, isAllDelivered, parcels }: ShippingInput) {
  if (mode === 'split') {
    if (logistics !== 'express') yield { field: 'mode', rule: 'only express may be split' };
    if (isAllDelivered === undefined) yield { field: 'isAllDelivered', rule: 'needed for split' };
  }
  if (mode === 'unified' && parcels.length !== 1) {
    yield { field: 'parcels', rule: 'exactly one when unified' };
  }
  for (const [index, parcel] of parcels.entries()) {
    yield* parcelViolations(parcel, `parcels[${index}]`, logistics);
  }
}

const toSend = (parcel: ParcelInput): ParcelInput => ({
  ...parcel,
  description: cut(onOneLine(parcel.description), DESCRIPTION_MAX, '…'),
  ...(parcel.consignorPhone === undefined
    ? {}
    : { consignorPhone: maskContact(parcel.consignorPhone) }),
  ...(parcel.receiverPhone === undefined
    ? {}
    : { receiverPhone: maskContact(parcel.receiverPhone) }),
});

/** The information in the form WeChat takes it, phones masked; or the first rule that it breaks. */
export const checkShipping = (input: ShippingInput): CheckedShipping => {
  for (const { field, rule } of violations(input)) return { ok: false, field, rule };
  return { ok: true, shipping: { ...input, parcels: input.parcels.map(toSend) } };
};

const parcelKey = ({ trackingNo, carrier, description }: ParcelInput | Parcel): string =>
  JSON.stringify([trackingNo ?? null, carrier ?? null, description]);

const isComplete = ({ mode, isAllDelivered }: ShippingInput): boolean =>
  mode === 'unified' || isAllDelivered === true;

/** Whether WeChat holds just this already: how an upload whose answer got lost is judged. */
export const isUploaded = ({ shipping }: ShippedOrder, wanted: ShippingInput): boolean =>
  shipping?.logistics === wanted.logistics &&
  shipping.mode === wanted.mode &&
  shipping.isFinished === isComplete(wanted) &&
  shipping.parcels.length === wanted.parcels.length &&
  shipping.parcels.every(
    (parcel, index) => parcelKey(parcel) === parcelKey(wanted.parcels[index] ?? parcel),
  );
