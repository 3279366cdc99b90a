import type { PayloadOf, goods } from '@app/contracts';

type Facts = typeof goods.facts;

/** What this service tells the others, as values: a repository stores them with the change they speak of. */
export type GoodsFact = {
  readonly [K in keyof Facts]: { readonly name: K; readonly payload: PayloadOf<Facts[K]> };
}[keyof Facts];
