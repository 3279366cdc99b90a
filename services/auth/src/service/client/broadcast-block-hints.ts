import { auth } from '@app/contracts';
import type { HintSender } from '@app/runtime';
import type { BlockHints } from '../../service.ts';

export const createBroadcastBlockHints = (hint: HintSender): BlockHints => ({
  changed: (blocks) => hint(auth.hints.blocksChanged, { items: [...blocks] }),
});
