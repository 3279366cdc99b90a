import { systemErrors } from '@app/contracts';
import { errorFactory } from '@app/kernel';

const systemError = errorFactory(systemErrors);

/** The key of the last item, in a form that nobody is tempted to build by hand. */
export const toCursor = (key: string | null): string | null =>
  key === null ? null : Buffer.from(key).toString('base64url');

/** @throws VALIDATION_FAILED when it is not one of ours */
export const fromCursor = (cursor: string | undefined, form: RegExp): string | null => {
  if (cursor === undefined) return null;
  const key = Buffer.from(cursor, 'base64url').toString();
  if (form.test(key)) return key;
  throw systemError('VALIDATION_FAILED', {
    data: {
      errors: [{ field: 'cursor', rule: 'cursor', message: 'is not a cursor of this list' }],
    },
  });
};
