import type { PayloadOf, order } from '@app/contracts';

type Facts = typeof order.facts;

/** A fact of this service with its name's last part. */
export type OrderFact = {
  readonly [Name in keyof Facts]: {
    readonly name: Name;
    readonly payload: PayloadOf<Facts[Name]>;
  };
}[keyof Facts];
