import { toRfc3339 } from '@app/kernel';
import type { AccessToken } from './access-token.ts';

/** The hand-out: the only form in which a token leaves this service. */
export const toTokenView = (token: AccessToken) => ({
  accessToken: token.text,
  version: token.version,
  expiresAt: toRfc3339(token.expiresAtMs),
});
