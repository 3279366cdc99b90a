import type { auth } from '@app/contracts';
import { type PayloadOf } from '@app/contracts';

type Facts = typeof auth.facts;

/** What this service tells the others, as values: a repository stores them with the change they speak of. */
export type AuthFact = {
  readonly [K in keyof Facts]: { readonly name: K; readonly payload: PayloadOf<Facts[K]> };
}[keyof Facts];

export type RevocationReason = PayloadOf<Facts['sessionRevoked']>['reason'];
