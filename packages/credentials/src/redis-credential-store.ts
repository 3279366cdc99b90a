import type { Sealer } from '@app/kernel';
import { createKeys, loadScripts, type RedisPart } from '@app/redis';
import type { StoredCredential } from './credential.ts';
import { markMayEnd, replaceCredential } from './credential-scripts.ts';
import { reachingRedis } from './errors.ts';
import type { CredentialStore } from './ports.ts';

export interface RedisCredentialStoreDeps {
  /** The instance that does not evict. */
  readonly redis: Pick<RedisPart, 'client'>;
  readonly sealer: Sealer;
  readonly service: string;
  /** kebab-case, unique in the service: `access-token`. */
  readonly noun: string;
}

/** Longer than any credential lives; what nobody renews goes. */
const KEEP_MS = 26 * 3_600_000;

type Content = Pick<StoredCredential, 'text' | 'expiresAtMs' | 'fetchedAtMs'>;

/**
 * One hash per id, `<service>:<noun>:<id>`: `version` in the clear for the comparison, `mayEndAt`
 * when marked, everything else sealed.
 */
export const createRedisCredentialStore = ({
  redis,
  sealer,
  service,
  noun,
}: RedisCredentialStoreDeps): CredentialStore => {
  const keys = createKeys(service);
  const scripts = loadScripts(redis, { replaceCredential, markMayEnd });
  const contextOf = (id: string): string => `${service}.${noun}:${id}`;

  const open = (id: string, sealed: string): Content => {
    try {
      const content = JSON.parse(sealer.open(sealed, contextOf(id))) as Content;
      const { text, expiresAtMs, fetchedAtMs } = content;
      return { text, expiresAtMs, fetchedAtMs };
    } catch {
      // Sealed with a key that is gone, or altered: as good as spent, and the next fetch replaces it.
      return { text: '', expiresAtMs: 0, fetchedAtMs: 0 };
    }
  };

  return {
    async find(id) {
      const [version, sealed, mayEndAt] = await reachingRedis(() =>
        redis.client.hmget(keys(noun, id), 'version', 'sealed', 'mayEndAt'),
      );
      if (typeof version !== 'string' || typeof sealed !== 'string') return undefined;
      const mayEndAtMs = typeof mayEndAt === 'string' ? Number(mayEndAt) : null;
      return { ...open(id, sealed), version: Number(version), mayEndAtMs };
    },
    async replace(id, expectedVersion, { version, text, expiresAtMs, fetchedAtMs }) {
      const content: Content = { text, expiresAtMs, fetchedAtMs };
      const sealed = sealer.seal(JSON.stringify(content), contextOf(id));
      const stored = await reachingRedis(() =>
        scripts.replaceCredential(
          [keys(noun, id)],
          [expectedVersion ?? 0, version, sealed, KEEP_MS],
        ),
      );
      return stored === 1;
    },
    async mayEnd(id, version, atMs) {
      const marked = await reachingRedis(() =>
        scripts.markMayEnd([keys(noun, id)], [version, atMs]),
      );
      return marked === 1;
    },
  };
};
