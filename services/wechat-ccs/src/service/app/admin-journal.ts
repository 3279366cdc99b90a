import type { Logger } from '@app/runtime';
import type { AdminJournal } from '../../service.ts';

/** One line per deed. */
export const createAdminJournal = (logger: Pick<Logger, 'info'>): AdminJournal => ({
  wrote(adminId, deed, appId, detail = {}) {
    logger.info({ adminId, deed, appId, ...detail }, 'an admin worked on a WeChat app');
  },
});
