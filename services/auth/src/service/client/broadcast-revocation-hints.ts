import { auth } from '@app/contracts';
import type { HintSender } from '@app/runtime';
import type { RevocationHints } from '../../service.ts';

export const createBroadcastRevocationHints = (hint: HintSender): RevocationHints => ({
  revoked: (revocations) => hint(auth.hints.revoked, { items: [...revocations] }),
});
