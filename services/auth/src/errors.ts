import { authErrors, systemErrors, userErrors } from '@app/contracts';
import { errorFactory } from '@app/kernel';

/** `throw authError('SESSION_NOT_FOUND')`; the codes and their texts stand in the contract. */
export const authError = errorFactory({
  ...authErrors,
  TOKEN_REVOKED: systemErrors.TOKEN_REVOKED,
  USER_FROZEN: userErrors.USER_FROZEN,
});
