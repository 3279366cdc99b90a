import jwt from 'jsonwebtoken';

/** The keys that test gateways are configured with. */
export const keys = {
  app: 'app-signing-key-of-the-tests-0123456789',
  appPrevious: 'previous-app-key-of-the-tests-0123456789',
  admin: 'admin-signing-key-of-the-tests-0123456789',
  internal: 'internal-key-of-the-tests-0123456789',
} as const;

export const ids = {
  user: '01K9ZQ4T6V8N2M3P5R7S9W1X0A',
  admin: '01K9ZQ4T6V8N2M3P5R7S9W1X0B',
  session: '01K9ZQ4T6V8N2M3P5R7S9W1X0C',
  address: '01K9ZQ4T6V8N2M3P5R7S9W1X0D',
} as const;

export interface TokenOptions {
  readonly sub?: string;
  readonly sid?: string;
  readonly aud?: string;
  readonly iss?: string;
  readonly key?: string;
  /** Seconds from `nowMs`. */
  readonly expiresIn?: number;
  readonly nowMs?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly algorithm?: jwt.Algorithm;
}

/** A token as auth signs it, good unless an option makes it bad. */
export const makeToken = (options: TokenOptions = {}): string => {
  const { nowMs = Date.now(), aud = 'app', expiresIn = 7200, algorithm = 'HS256' } = options;
  const seconds = Math.floor(nowMs / 1000);
  const claims: Record<string, unknown> = {
    sub: options.sub ?? (aud === 'admin' ? ids.admin : ids.user),
    sid: options.sid ?? ids.session,
    iss: options.iss ?? 'mall',
    aud,
    iat: seconds,
    ims: nowMs,
    exp: seconds + expiresIn,
    ...options.claims,
  };
  return jwt.sign(
    Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)),
    options.key ?? (aud === 'admin' ? keys.admin : keys.app),
    {
      algorithm,
      ...(options.header === undefined ? {} : { header: { alg: algorithm, ...options.header } }),
    },
  );
};

export const bearer = (token: string): { readonly authorization: string } => ({
  authorization: `Bearer ${token}`,
});

/** `alg: none`, as the first attack everybody tries. */
export const unsignedToken = (): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    sub: ids.user,
    sid: ids.session,
    iss: 'mall',
    aud: 'app',
    iat: seconds,
    exp: seconds + 60,
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
};
