import { orderErrors } from '@app/contracts';
import { errorFactory } from '@app/kernel';

/** Makes this service's errors; the codes and their texts stand in the contract. */
export const orderError = errorFactory(orderErrors);
