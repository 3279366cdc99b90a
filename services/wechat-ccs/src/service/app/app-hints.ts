import type { AppRegistry } from '../../repository.ts';
import type { AppHints } from '../../service.ts';

interface Deps {
  readonly registry: Pick<AppRegistry, 'reload'>;
  readonly broadcast: (appId: string) => Promise<void>;
}

/** This node knows at once; the others by the hint, or by looking a second later. */
export const createAppHints = ({ registry, broadcast }: Deps): AppHints => ({
  async changed(appId) {
    // The change is made: failing now would say it was not. This node, too, looks again by itself.
    await registry.reload().catch(() => undefined);
    await broadcast(appId);
  },
});
