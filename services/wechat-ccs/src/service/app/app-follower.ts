import type { Logger, Part } from '@app/runtime';
import type { AppDirectory } from '../../repository.ts';
import type { TokenUpkeep } from '../../service.ts';

interface Deps {
  readonly apps: Pick<AppDirectory, 'list'>;
  readonly upkeep: TokenUpkeep;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Tells the upkeep of tokens which apps there are, one telling after the other. What fails is told
 * again at the next look; nothing is told before the start or after the stop.
 */
export const createAppFollower = ({
  apps,
  upkeep,
  logger,
}: Deps): Part & { readonly look: () => void } => {
  let told: string | undefined;
  let isRunning = false;
  let tail: Promise<void> = Promise.resolve();

  const follow = async (): Promise<void> => {
    const appIds = apps.list().map(({ appId }) => appId);
    const names = appIds.join(' ');
    if (!isRunning || names === told) return;
    await upkeep.follow(appIds);
    told = names;
  };

  return {
    name: 'apps whose tokens are kept',
    look() {
      tail = tail.then(follow).catch((error: unknown) => {
        logger.warn({ err: error }, 'the tokens of changed apps are not looked after yet');
      });
    },
    async start() {
      isRunning = true;
      const first = tail.then(follow);
      tail = first.catch(() => undefined);
      await first;
    },
    async stop() {
      isRunning = false;
      await tail;
    },
  };
};
