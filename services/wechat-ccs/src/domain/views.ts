import { toRfc3339 } from '@app/kernel';
import type { AccessToken } from './access-token.ts';
import type { ShippedOrder } from './shipping.ts';

/** The hand-out: the only form in which a token leaves this service. */
export const toTokenView = (token: AccessToken) => ({
  accessToken: token.text,
  version: token.version,
  expiresAt: toRfc3339(token.expiresAtMs),
});

export const toShippingView = ({ paidAtMs, shipping, ...order }: ShippedOrder) => ({
  ...order,
  paidAt: paidAtMs === null ? null : toRfc3339(paidAtMs),
  shipping: shipping === null ? null : { ...shipping, parcels: [...shipping.parcels] },
});
