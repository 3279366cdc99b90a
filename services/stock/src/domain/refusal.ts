import { stockErrors } from '@app/contracts';
import { errorFactory } from '@app/kernel';

/** `throw refusal('STOCK_EXHAUSTED', { data })`; the codes and their texts stand in the contract. */
export const refusal = errorFactory(stockErrors);
