export { createAccessTokenClient, type AccessTokenClient } from './access-token-client.ts';
export type {
  Credential,
  CredentialRules,
  FetchedCredential,
  StoredCredential,
} from './credential.ts';
export type {
  CredentialHints,
  CredentialSource,
  CredentialStore,
  FetchContext,
  LeaseHeld,
  RefreshJournal,
  RefreshLease,
  RefreshReason,
} from './ports.ts';
export {
  createCredentialKeeper,
  type CredentialKeeper,
  type CredentialKeeperDeps,
} from './keeper.ts';
export {
  createRedisCredentialStore,
  type RedisCredentialStoreDeps,
} from './redis-credential-store.ts';
export { createRedisRefreshLease, type RedisRefreshLeaseDeps } from './redis-refresh-lease.ts';
