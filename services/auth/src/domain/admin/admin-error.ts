import { authErrors, systemErrors } from '@app/contracts';
import { errorFactory } from '@app/kernel';

/** `throw adminError('ROLE_NOT_FOUND')`; the codes and their texts stand in the contract. */
export const adminError = errorFactory({
  ...authErrors,
  ACTION_FORBIDDEN: systemErrors.ACTION_FORBIDDEN,
});
