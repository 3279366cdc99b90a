import { goodsErrors } from '@app/contracts';
import { errorFactory } from '@app/kernel';

/** `throw refuse('GOODS_INCOMPLETE')`; the codes and their texts stand in the contract. */
export const refuse = errorFactory(goodsErrors);
