import type { AnyAction, Audience } from '@app/contracts';
import { DomainError } from '@app/kernel';
import type { Caller } from './types.ts';

// Who fits which audience. An action without a route is for services and for operators behind the
// internal key.
const admitted: Readonly<Record<Audience | 'none', ReadonlySet<Caller['kind']> | 'all'>> = {
  public: 'all',
  app: new Set<Caller['kind']>(['user']),
  admin: new Set<Caller['kind']>(['admin']),
  internal: new Set<Caller['kind']>(['internal', 'service']),
  callback: new Set<Caller['kind']>(['callback']),
  none: new Set<Caller['kind']>(['service', 'internal']),
};

/**
 * A check that lets in only whom the action is meant for: `CALLER_FORBIDDEN` for the wrong kind of
 * caller, `ACTION_FORBIDDEN` for an admin without the mark. The gateway checks as well; this one
 * holds when the gateway is by-passed or wrong.
 */
export const createGuard = (action: AnyAction): ((caller: Caller) => void) => {
  const allowed = admitted[action.route?.audience ?? 'none'];
  const mark = action.route?.mark;
  return (caller) => {
    if (allowed !== 'all' && !allowed.has(caller.kind)) {
      throw new DomainError('CALLER_FORBIDDEN', 'forbidden', {
        message: `${action.name} is not for a caller of kind ${caller.kind}`,
      });
    }
    if (
      caller.kind === 'admin' &&
      allowed !== 'all' &&
      (mark === undefined || !caller.marks.includes(mark))
    ) {
      throw new DomainError('ACTION_FORBIDDEN', 'forbidden', {
        message: `${action.name} needs the mark ${mark ?? '(none declared)'}`,
        data: { mark: mark ?? null },
      });
    }
  };
};
