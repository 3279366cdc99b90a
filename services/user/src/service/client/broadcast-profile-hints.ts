import { user } from '@app/contracts';
import type { HintSender } from '@app/runtime';
import type { ProfileHints } from '../../service.ts';

export const createBroadcastProfileHints = (hint: HintSender): ProfileHints => ({
  changed: (userId) => hint(user.hints.profileChanged, { userId }),
});
