import { assert } from '@app/kernel';
import type { CallContext } from '@app/runtime';
import type { Admin } from '../usecase.ts';

/** The admin behind a call; the runtime lets nobody else through to a route for admins. */
export const adminOf = ({ caller, locale }: CallContext): Admin => {
  assert(caller.kind === 'admin', 'a route for admins is called by one');
  return { adminId: caller.adminId, language: locale };
};
