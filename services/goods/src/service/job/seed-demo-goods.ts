import type { Logger, Part } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

/** Adds the demonstration's goods when the service starts; a failure is told and stops nothing. */
export const createDemoSeed = (
  seed: Usecases['seedDemoGoods'],
  logger: Pick<Logger, 'info' | 'warn'>,
): Part => ({
  name: 'demo goods',
  async start() {
    try {
      logger.info({ added: await seed() }, 'demo goods are there');
    } catch (error) {
      logger.warn({ err: error }, 'demo goods could not be added');
    }
  },
  stop: () => Promise.resolve(),
});
