import type { wechatCcs } from '@app/contracts';
import type { CredentialKeeper } from '@app/credentials';
import { isError } from '@app/kernel';
import type { JobHandler } from '@app/queue';
import type { AppDirectory } from '../../repository.ts';

interface Deps {
  readonly apps: Pick<AppDirectory, 'get'>;
  readonly keeper: Pick<CredentialKeeper, 'refreshIfDue'>;
}

/** A hint: the token itself tells whether it is due. The next one comes soon, so none is repeated. */
export const createRefreshTokenJob =
  ({ apps, keeper }: Deps): JobHandler<typeof wechatCcs.queues.tokenRefresh> =>
  async ({ appId }) => {
    try {
      await keeper.refreshIfDue(apps.get(appId).appId);
    } catch (error) {
      // Removed a moment ago: its schedule is on the way out. All else stands in the journal.
      if (isError(error, 'WECHAT_APP_UNKNOWN')) return;
    }
  };
