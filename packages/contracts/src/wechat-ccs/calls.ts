import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec, FactSpec } from '../define.ts';
import { contentActions, contentErrors, contentFacts } from './calls/content.ts';
import { linkActions } from './calls/links.ts';
import { qrCodeActions } from './calls/qr-codes.ts';
import { quotaActions } from './calls/quotas.ts';
import { sessionActions, sessionErrors } from './calls/sessions.ts';

/** Sessions, codes, links, content checks and the allowances they draw from. */
export const callsActions = {
  ...sessionActions,
  ...qrCodeActions,
  ...linkActions,
  ...contentActions,
  ...quotaActions,
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const callsErrors = {
  ...sessionErrors,
  ...contentErrors,
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export const callsFacts = contentFacts satisfies Readonly<Record<string, FactSpec>>;
