import {
  hostKeys,
  defineConfig,
  integer,
  list,
  optional,
  readConfig as readKeys,
  type Env,
  secret,
  text,
} from '@app/runtime';
import type { ConfigOf } from '@app/runtime';
import { redisKeys } from '@app/redis';
import { parseTrustedProxies } from './http/client-ip.ts';

/** Every environment key of the gateway. */
export const configSpec = defineConfig({
  ...hostKeys,
  ...redisKeys,
  port: integer('GATEWAY_PORT', { doc: 'Port of the public HTTP API', default: 3000, max: 65_535 }),
  host: text('GATEWAY_HOST', {
    doc: 'Address it listens on; 0.0.0.0 inside a container',
    default: '127.0.0.1',
  }),
  signingKey: secret('JWT_SIGNING_KEY', { doc: "Verifies users' access tokens" }),
  signingKeyPrevious: optional(
    secret('JWT_SIGNING_KEY_PREVIOUS', {
      doc: 'The key before the last rotation; keep it for two hours after one',
    }),
  ),
  adminSecret: secret('ADMIN_JWT_SECRET', { doc: "Verifies admins' access tokens" }),
  internalKey: secret('INTERNAL_API_KEY', {
    doc: 'What X-Internal-Key must be on /internal routes',
  }),
  trustedProxies: addressBlocks('TRUSTED_PROXIES', {
    doc: 'Addresses or CIDR blocks whose X-Forwarded-For is believed',
    default: [],
    example: '10.0.0.0/8,172.16.0.0/12',
  }),
  corsOrigins: list('CORS_ORIGINS', {
    doc: 'Origins whose pages may call the API; empty: none',
    default: [],
    example: 'https://admin.example.com',
  }),
  readPerMinute: perMinute('READ', 1200, 'per user, or per address on public routes'),
  writePerMinute: perMinute('WRITE', 240, 'per user'),
  authPerMinute: perMinute('AUTH', 300, 'per address: many users share that of their carrier'),
  codePerMinute: perMinute('CODE', 60, 'per address, for routes that send codes'),
  inFlightMax: integer('GATEWAY_INFLIGHT_MAX', {
    doc: 'Requests worked on at once; more are answered 503 with Retry-After',
    default: 2000,
    min: 1,
  }),
  connectionsMax: integer('GATEWAY_CONNECTIONS_MAX', {
    doc: 'Open client connections; more are closed at once',
    default: 20_000,
    min: 1,
  }),
  requestTimeoutMs: integer('GATEWAY_REQUEST_TIMEOUT_MS', {
    doc: 'How long a client may take to send one request',
    default: 9000,
    min: 100,
    max: 9400,
    unit: 'ms',
  }),
  keepAliveTimeoutMs: integer('GATEWAY_KEEP_ALIVE_TIMEOUT_MS', {
    doc: 'How long an idle connection is kept; longer than the edge proxy keeps it',
    default: 65_000,
    min: 0,
    unit: 'ms',
  }),
});

function perMinute(name: string, limit: number, scope: string) {
  return integer(`RATE_LIMIT_${name}_PER_MIN`, {
    doc: `Requests of class ${name.toLowerCase()} per minute, ${scope}; counted for all gateways together`,
    default: limit,
    min: 1,
    unit: 'requests',
  });
}

function addressBlocks(...[env, options]: Parameters<typeof list>): ReturnType<typeof list> {
  const key = list(env, options);
  return {
    ...key,
    parse: (raw, environment) => {
      const parsed = key.parse(raw, environment);
      if (!parsed.ok) return parsed;
      try {
        parseTrustedProxies(parsed.value);
        return parsed;
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        return { ok: false, problem, remedy: 'list addresses or CIDR blocks separated by commas' };
      }
    },
  };
}

export type Config = Readonly<ConfigOf<typeof configSpec>>;

/** @throws ConfigError with everything that is wrong. */
export const readConfig = (env: Env = process.env): Config =>
  readKeys(configSpec, env, { service: 'gateway' });
