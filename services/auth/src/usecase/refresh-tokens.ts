import type { Revocation, TokenPair } from '@app/contracts';
import { assertNever, type Clock, type Ids } from '@app/kernel';
import {
  hashRefreshToken,
  judgeRefresh,
  newRefreshToken,
  openSuccessor,
  spend,
  type TokenFamily,
} from '../domain/refresh-token.ts';
import { deviceOf, endSession } from '../domain/session.ts';
import { accessTokenClaims, tokenPair } from '../domain/token-pair.ts';
import { authError } from '../errors.ts';
import type { SessionChange, SessionRepository } from '../repository.ts';
import type { RevocationHints, TokenMint } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly sessions: SessionRepository;
  readonly mint: TokenMint;
  readonly hints: RevocationHints;
  readonly clock: Clock;
  readonly ids: Ids;
}

type Outcome =
  | { readonly kind: 'pair'; readonly pair: TokenPair }
  | {
      readonly kind: 'refused';
      readonly code: Refusal;
      readonly revocations: readonly Revocation[];
    };
type Refusal = 'REFRESH_TOKEN_EXPIRED' | 'REFRESH_TOKEN_REUSED' | 'TOKEN_REVOKED';

interface Decision {
  readonly change: SessionChange;
  readonly result: Outcome;
}

export const createRefreshTokens = (deps: Deps): Usecases['refreshTokens'] => {
  const { sessions, mint, hints, clock, ids } = deps;

  const rotate = ({ session, token }: TokenFamily, presented: string, device: string): Decision => {
    const nowMs = clock.nowMs();
    const issuedAtMs = Math.max(nowMs, session.lastUsedAtMs);
    const refreshToken = mint.newRefreshToken();
    const successor = newRefreshToken(refreshToken, {
      id: ids.next(),
      sessionId: session.id,
      nowMs,
    });
    const claims = accessTokenClaims({ userId: session.userId, sessionId: session.id }, issuedAtMs);
    const pair = tokenPair(mint.signAccessToken(claims), refreshToken);
    const used = { device, lastUsedAtMs: issuedAtMs, expiresAtMs: successor.expiresAtMs };
    return {
      change: {
        sessions: [{ ...session, ...used }],
        spentToken: spend(token, presented, pair, nowMs),
        newToken: successor,
      },
      result: { kind: 'pair', pair },
    };
  };

  const decide = (family: TokenFamily, presented: string, device: string): Decision => {
    const nowMs = clock.nowMs();
    const verdict = judgeRefresh(family, nowMs);
    switch (verdict) {
      case 'rotate':
        return rotate(family, presented, device);
      case 'replay':
        return {
          change: {},
          result: { kind: 'pair', pair: openSuccessor(family.token, presented) },
        };
      case 'reused': {
        // Returned, not thrown: the family must stay ended although this call fails.
        const ended = endSession(family.session, 'refresh-reuse', nowMs);
        return { change: ended, result: refusal('REFRESH_TOKEN_REUSED', ended.revocations) };
      }
      case 'expired':
        return { change: {}, result: refusal('REFRESH_TOKEN_EXPIRED') };
      case 'revoked':
        return { change: {}, result: refusal('TOKEN_REVOKED') };
      default:
        return assertNever(verdict);
    }
  };

  const exchange = async (refreshToken: string, tokenHash: string, device: string) => {
    const outcome = await sessions.exchange(tokenHash, (family) =>
      decide(family, refreshToken, device),
    );
    if (outcome === undefined) throw authError('REFRESH_TOKEN_INVALID');
    if (outcome.kind === 'pair') return outcome.pair;
    if (outcome.revocations.length > 0) await hints.revoked(outcome.revocations);
    throw authError(outcome.code);
  };

  // Hundreds of tabs that refresh at once would queue for one row and its connections; those of
  // this process share one exchange. Between processes the session's lock does the same.
  const underWay = new Map<string, Promise<TokenPair>>();
  return ({ refreshToken, userAgent }) => {
    const tokenHash = hashRefreshToken(refreshToken);
    const running = underWay.get(tokenHash);
    if (running !== undefined) return running;
    const mine = exchange(refreshToken, tokenHash, deviceOf(userAgent)).finally(() => {
      underWay.delete(tokenHash);
    });
    underWay.set(tokenHash, mine);
    return mine;
  };
};

const refusal = (code: Refusal, revocations: readonly Revocation[] = []): Outcome => ({
  kind: 'refused',
  code,
  revocations,
});
