/**
 * What a refusal about shipping means (reference, section 9): `not_visible` repeat later ·
 * `done` shipped already · `illegal_state` not now · `other_user` not this buyer's · `invalid` a
 * value is wrong · `busy` WeChat's own trouble · `unchanged`, `already_reminded` it is so already.
 */
export type ShippingRefusal =
  | { readonly kind: 'invalid'; readonly field: string }
  | {
      readonly kind:
        | 'not_visible'
        | 'done'
        | 'illegal_state'
        | 'other_user'
        | 'busy'
        | 'unchanged'
        | 'already_reminded';
    };

const invalid = (field: string): ShippingRefusal => ({ kind: 'invalid', field });

const table: Readonly<Record<number, ShippingRefusal>> = {
  10060001: { kind: 'not_visible' },
  10060002: { kind: 'done' },
  10060003: { kind: 'done' },
  10060004: { kind: 'illegal_state' },
  10060005: invalid('logistics'),
  10060006: invalid('mode'),
  10060007: invalid('isAllDelivered'),
  10060008: invalid('parcels.description'),
  10060009: invalid('parcels.description'),
  10060012: { kind: 'busy' },
  10060014: invalid('params'),
  10060019: { kind: 'busy' },
  10060020: invalid('parcels.description'),
  10060023: { kind: 'unchanged' },
  10060024: invalid('parcels'),
  10060025: invalid('parcels.carrier'),
  10060026: invalid('parcels.trackingNo'),
  10060028: { kind: 'illegal_state' },
  10060029: invalid('receivedAt'),
  10060030: { kind: 'already_reminded' },
  10060031: { kind: 'other_user' },
  10060032: { kind: 'illegal_state' },
  268485194: invalid('payment'),
  268485195: invalid('payment.transactionId'),
  268485196: invalid('payment.mchId'),
  268485197: invalid('payment.outTradeNo'),
  // We choose the time ourselves, later than that of the upload before.
  268485216: { kind: 'busy' },
  268485224: invalid('mode'),
  268485226: invalid('parcels.trackingNo'),
  268485227: invalid('parcels.carrier'),
  268485228: invalid('parcels'),
};

/** `undefined` for what is not about shipping. */
export const shippingRefusalOf = (errcode: number): ShippingRefusal | undefined => table[errcode];
