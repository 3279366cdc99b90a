/** What stands where a secret or personal datum stood. */
export const REDACTED = '[redacted]';

// Names are compared in lower case without `_` and `-`: access_token, accessToken and
// Access-Token are one entry.
const secretNames: ReadonlySet<string> = new Set([
  'accesskeyid',
  'accesskeysecret',
  'accesstoken',
  'address',
  'anonymouscode',
  'apikey',
  'apiv3key',
  'appsecret',
  'authorization',
  'avatarurl',
  'bearer',
  'clientsecret',
  'code',
  'componentaccesstoken',
  'cookie',
  'credential',
  'credentials',
  'detail',
  'encrypteddata',
  'externaluserid',
  'idcard',
  'internalkey',
  'iv',
  'jscode',
  'jwt',
  'mobile',
  'openid',
  'pass',
  'passwd',
  'password',
  'payerinfo',
  'paysign',
  'phone',
  'phonenumber',
  'privatekey',
  'proxyauthorization',
  'purephonenumber',
  'receivername',
  'refreshtoken',
  'secret',
  'secretid',
  'secretkey',
  'servicesecret',
  'sessionkey',
  'setcookie',
  'signature',
  'signingkey',
  'sms',
  'smscode',
  'subject',
  'ticket',
  'token',
  'tokens',
  'unionid',
  'wechatpaysignature',
  'xinternalkey',
]);

// Whatever ends like this is a secret too: WXMP_APPSECRET, MYSQL_PASS, jwtSigningKey …
const secretSuffix = /(secret|password|passwd|token|apikey|signingkey|privatekey|sessionkey|pass)$/;

// `code` is both what WeChat hands out and what our errors carry; only the latter is shouted.
const errorCode = /^[A-Z]+(_[A-Z0-9]+)*$/;

const isSecretName = (name: string): boolean => {
  const bare = name.toLowerCase().replace(/[_-]/g, '');
  return secretNames.has(bare) || secretSuffix.test(bare);
};

const verdicts = new Map<string, boolean>();
const VERDICTS_MAX = 4096;

// Log lines use the same few hundred names again and again.
const isSecret = (name: string): boolean => {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const verdict = isSecretName(name);
  if (verdicts.size < VERDICTS_MAX) verdicts.set(name, verdict);
  return verdict;
};

const secretParameters =
  /([?&;"']|^|\b)((?:component_|refresh_|authorizer_)?(?:access_?token|refresh_?token)|token|(?:app_?|client_?)?secret|js_?code|code|ticket|session_?key|sign(?:ature)?|api_?key|password|openid|unionid|phone)=([^&\s"'<>#;]+)/gi;
const secretJsonFields =
  /("(?:access_?token|refresh_?token|session_?key|(?:app_?|client_?)?secret|js_?code|openid|unionid|phone(?:_?number)?|purePhoneNumber|password|ticket)"\s*:\s*)"[^"]*"/gi;
const urlCredentials = /(\b[a-z][a-z0-9+.-]*:\/\/)([^/\s:@]*):([^/\s@]+)@/gi;
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi;
const jwt = /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g;
const mainlandPhone = /(?<![\dA-Za-z])(1[3-9]\d)\d{4}(\d{4})(?![\dA-Za-z])/g;

// All the patterns above need one of these; most texts have none.
const suspicious = /[=@]|":|" :|bearer|basic|eyJ|1[3-9]\d{9}/i;

const TEXT_MAX = 4_000;

/** Takes secrets out of free text: URLs with credentials or tokens, headers, JSON, phone numbers. */
export const scrubText = (text: string): string => {
  const short = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
  if (!suspicious.test(short)) return short;
  return short
    .replace(urlCredentials, `$1${REDACTED}@`)
    .replace(secretParameters, `$1$2=${REDACTED}`)
    .replace(secretJsonFields, `$1"${REDACTED}"`)
    .replace(bearer, `$1 ${REDACTED}`)
    .replace(jwt, REDACTED)
    .replace(mainlandPhone, '$1****$2');
};

// Deep enough for an upstream's answer, shallow enough for a line.
const DEPTH_MAX = 6;
const ITEMS_MAX = 50;

const redactValue = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (depth >= DEPTH_MAX) return Array.isArray(value) ? '[array]' : '[object]';
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return redactArray(value, depth);
  if (value instanceof URL) return scrubText(value.href);
  if (value instanceof Map)
    return redactRecord(Object.fromEntries(value as ReadonlyMap<string, unknown>), depth);
  if (value instanceof Set) return redactArray([...value], depth);
  // Fetch's Headers, URLSearchParams and the like show nothing as plain objects.
  if (isEntries(value)) return redactRecord(Object.fromEntries(value.entries()), depth);
  return redactRecord(value as Readonly<Record<string, unknown>>, depth);
};

const isEntries = (value: object): value is { entries(): Iterable<readonly [string, unknown]> } =>
  value instanceof Headers || value instanceof URLSearchParams;

// Raw header lists alternate names and values: ['Authorization', 'Bearer …'].
const redactArray = (items: readonly unknown[], depth: number): unknown[] => {
  const kept = items.slice(0, ITEMS_MAX).map((item, index) => {
    const before = index % 2 === 1 ? items[index - 1] : undefined;
    const named = typeof before === 'string' && typeof item === 'string' && isSecret(before);
    return named ? REDACTED : redactValue(item, depth + 1);
  });
  return items.length > ITEMS_MAX ? [...kept, `… ${items.length - ITEMS_MAX} more`] : kept;
};

const redactField = (name: string, value: unknown, depth: number): unknown => {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (!isSecret(name)) return redactValue(value, depth + 1);
  if (name === 'code') {
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && errorCode.test(value)) return value;
  }
  return REDACTED;
};

const redactRecord = (
  record: Readonly<Record<string, unknown>>,
  depth: number,
): Record<string, unknown> => {
  const copy: Record<string, unknown> = {};
  let count = 0;
  for (const name in record) {
    if (!Object.hasOwn(record, name)) continue;
    if (++count > ITEMS_MAX) {
      copy['…'] = 'more fields';
      break;
    }
    copy[name] = redactField(name, record[name], depth);
  }
  return copy;
};

const redactError = (error: Error, depth: number): Record<string, unknown> => ({
  type: error.name,
  message: scrubText(error.message),
  stack: error.stack === undefined ? undefined : scrubText(error.stack),
  ...redactRecord(error as unknown as Readonly<Record<string, unknown>>, depth),
  ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
});

/** A copy of a log line's fields without secrets and personal data, cut to a sane size. */
export const redact = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  redactRecord(fields, 0);
