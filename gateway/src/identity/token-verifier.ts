import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Clock } from '@app/kernel';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { gatewayError } from '../errors.ts';

export type TokenAudience = 'app' | 'admin';

/** What a genuine token says. */
export interface TokenClaims {
  /** The user's or admin's id. */
  readonly subject: string;
  readonly sessionId: string;
  readonly audience: TokenAudience;
  /** When it was issued: the claim `ims` if there is one, else the start of the second `iat`. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly notBeforeMs: number;
  /** The action marks of an admin; empty for users. */
  readonly marks: readonly string[];
}

export interface TokenVerifier {
  /**
   * The claims of the bearer token in an `Authorization` header.
   * @throws DomainError one of the `TOKEN_…` codes, each for its own defect, in this order:
   *   missing, malformed, signature, audience, not yet valid, expired.
   */
  verify(authorization: string | undefined, audience: TokenAudience): TokenClaims;
}

export interface TokenKeys {
  readonly app: string;
  /** The key before the last rotation; tokens it signed stay valid until they expire. */
  readonly appPrevious?: string | undefined;
  readonly admin: string;
}

const TOKEN_LENGTH_MAX = 4096;
const ISSUER = 'mall';

/** Clocks of two servers differ by a little; a token must not be refused for being a second young. */
const CLOCK_SKEW_MS = 5_000;

/** 16 MiB of token text: some 40 000 tokens of ordinary length. */
const CACHE_CHARS_MAX = 16 * 1024 * 1024;

const compactJwt = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

interface Signer {
  readonly audience: TokenAudience;
  readonly key: KeyObject;
}

/** Verifies signatures once per token and remembers the result; times are checked on every use. */
export const createTokenVerifier = (keys: TokenKeys, clock: Clock): TokenVerifier => {
  // Who signed decides the audience, so one key for both would make users into admins.
  if (keys.admin === keys.app || keys.admin === keys.appPrevious)
    throw new TypeError('ADMIN_JWT_SECRET must differ from JWT_SIGNING_KEY and its predecessor');
  const signers: readonly Signer[] = [
    signer('app', keys.app),
    ...(keys.appPrevious === undefined ? [] : [signer('app', keys.appPrevious)]),
    signer('admin', keys.admin),
  ];
  const known = new LRUCache<string, TokenClaims>({
    maxSize: CACHE_CHARS_MAX,
    sizeCalculation: (_claims, token) => token.length,
  });

  const claimsOf = (token: string): TokenClaims => {
    const cached = known.get(token);
    if (cached !== undefined) return cached;
    const claims = readGenuine(token, signers);
    known.set(token, claims);
    return claims;
  };

  return {
    verify: (authorization, audience) => {
      const token = bearerToken(authorization);
      const claims = claimsOf(token);
      if (claims.audience !== audience) throw gatewayError('TOKEN_AUDIENCE_INVALID');
      const nowMs = clock.nowMs();
      if (claims.notBeforeMs > nowMs + CLOCK_SKEW_MS) throw gatewayError('TOKEN_NOT_YET_VALID');
      if (claims.expiresAtMs <= nowMs) {
        known.delete(token);
        throw gatewayError('TOKEN_EXPIRED');
      }
      return claims;
    },
  };
};

const signer = (audience: TokenAudience, secret: string): Signer => ({
  audience,
  key: createSecretKey(Buffer.from(secret, 'utf8')),
});

const bearerToken = (authorization: string | undefined): string => {
  if (authorization === undefined || authorization === '') throw gatewayError('TOKEN_MISSING');
  const scheme = authorization.slice(0, 7);
  if (scheme !== 'Bearer ' && scheme.toLowerCase() !== 'bearer ')
    throw gatewayError(
      authorization.toLowerCase() === 'bearer' ? 'TOKEN_MISSING' : 'TOKEN_MALFORMED',
    );
  const token = authorization.slice(7);
  if (token === '') throw gatewayError('TOKEN_MISSING');
  if (token.length > TOKEN_LENGTH_MAX) throw gatewayError('TOKEN_MALFORMED');
  return token;
};

/** Who signed the token decides its audience; the claim must say the same. */
const readGenuine = (token: string, signers: readonly Signer[]): TokenClaims => {
  if (!compactJwt.test(token)) throw gatewayError('TOKEN_MALFORMED');
  for (const { audience, key } of signers) {
    const payload = payloadSignedBy(token, key);
    if (payload !== undefined) return readClaims(payload, audience);
  }
  throw gatewayError('TOKEN_SIGNATURE_INVALID');
};

/** `undefined` when another key made the signature. Times and audience are checked by the caller. */
const payloadSignedBy = (token: string, key: KeyObject): jwt.JwtPayload | undefined => {
  try {
    const { header, payload } = jwt.verify(token, key, {
      algorithms: ['HS256'],
      complete: true,
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
    // RFC 7515 §4.1.11: extensions that must be understood and are not make the token invalid.
    if (typeof payload === 'string' || 'crit' in header) throw gatewayError('TOKEN_MALFORMED');
    return payload;
  } catch (error) {
    if (error instanceof Error && error.message === 'invalid signature') return undefined;
    throw gatewayError('TOKEN_MALFORMED', { cause: error });
  }
};

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 64;

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const readClaims = (payload: jwt.JwtPayload, audience: TokenAudience): TokenClaims => {
  const { sub, iat, exp, iss, aud, nbf } = payload;
  const sid: unknown = payload['sid'];
  const ims: unknown = payload['ims'];
  const marks: unknown = payload['marks'];
  if (!isId(sub) || !isId(sid) || !isTime(iat) || !isTime(exp))
    throw gatewayError('TOKEN_MALFORMED');
  if (nbf !== undefined && !isTime(nbf)) throw gatewayError('TOKEN_MALFORMED');
  if (iss !== ISSUER || aud !== audience) throw gatewayError('TOKEN_AUDIENCE_INVALID');
  return {
    subject: sub,
    sessionId: sid,
    audience,
    issuedAtMs: isTime(ims) ? ims : Math.floor(iat) * 1000,
    expiresAtMs: exp * 1000,
    notBeforeMs: Math.max(nbf ?? 0, Math.floor(iat)) * 1000,
    marks: audience === 'admin' && Array.isArray(marks) ? marks.filter(isId) : [],
  };
};
