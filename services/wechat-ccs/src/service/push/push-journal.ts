import type { Logger } from '@app/runtime';
import { pushes } from '../../metrics.ts';
import type { PushJournal } from '../../service.ts';

/** What a verified message may call itself in a metric; whatever WeChat invents next is `other`. */
const knownTypes: ReadonlySet<string> = new Set([
  'event',
  'text',
  'image',
  'voice',
  'video',
  'shortvideo',
  'location',
  'link',
  'miniprogrampage',
]);

const labelOf = (type: string | undefined): string =>
  type === undefined ? 'none' : knownTypes.has(type) ? type : 'other';

/** Pushes to addresses of no app are only counted: whoever scans the internet makes them. */
export const createPushJournal = (logger: Pick<Logger, 'info' | 'warn'>): PushJournal => ({
  received({ appId, outcome, message }) {
    pushes.inc({ app: appId, type: labelOf(message?.msgType), outcome });
    if (message !== undefined)
      logger.info(
        { appId, msgType: message.msgType, event: message.event, outcome },
        'push received',
      );
    else if (outcome !== 'app_unknown') logger.warn({ appId, outcome }, 'push refused');
  },
});
