import { userErrors } from '@app/contracts';
import { errorFactory } from '@app/kernel';

/** `throw userError('ADDRESS_NOT_FOUND')`; the codes and their texts stand in the contract. */
export const userError = errorFactory(userErrors);
