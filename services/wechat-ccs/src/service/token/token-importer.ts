import type { CredentialHints, CredentialStore, RefreshLease } from '@app/credentials';
import { DomainError } from '@app/kernel';
import type { TokenImporter } from '../../service.ts';

interface Deps {
  readonly store: CredentialStore;
  readonly lease: RefreshLease;
  readonly hints: CredentialHints;
}

/** By the lease and the compare-and-swap of refreshes, so that the two cannot overwrite each other. */
export const createTokenImporter = ({ store, lease, hints }: Deps): TokenImporter => ({
  take: (appId, token) =>
    lease.run(appId, async ({ fence }) => {
      const current = await store.find(appId);
      if (current?.text === token.text) return current;
      const next = { ...token, version: fence, mayEndAtMs: null };
      if (!(await store.replace(appId, current?.version, next))) {
        throw new DomainError('SERVICE_UNAVAILABLE', 'unavailable', {
          message: `the token of ${appId} changed during the import`,
        });
      }
      await hints.changed(appId, next.version);
      return next;
    }),
});
