import { accessTokenRules, type AccessTokenClaims, type TokenPair } from '@app/contracts';

/** What a token says; gateways check it by `accessTokenRules`. */
export const accessTokenClaims = (
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
  issuedAtMs: number,
): AccessTokenClaims => ({
  iss: accessTokenRules.issuer,
  aud: accessTokenRules.audience,
  sub: userId,
  sid: sessionId,
  iat: Math.floor(issuedAtMs / 1000),
  ims: issuedAtMs,
  exp: Math.floor(issuedAtMs / 1000) + accessTokenRules.lifetimeSeconds,
});

export const tokenPair = (accessToken: string, refreshToken: string): TokenPair => ({
  accessToken,
  refreshToken,
  expiresIn: accessTokenRules.lifetimeSeconds,
});
