/**
 * Secrets that stand in a public repository, a tutorial or a default configuration. Anyone can
 * try them, so none may guard production, whatever its length. Compared in lower case.
 */
const published: ReadonlySet<string> = new Set([
  '12345678901234567890123456789012',
  '0123456789abcdef0123456789abcdef',
  'abcdefghijklmnopqrstuvwxyz123456',
  'admin',
  'admin123',
  'bindbox-internal-secret-2024',
  'change-me',
  'change_me',
  'changeit',
  'changeme',
  'default',
  'development',
  'jwt-secret',
  'jwt_secret',
  'keyboard cat',
  'letmein',
  'mysecret',
  'openim123',
  'passw0rd',
  'password',
  'password123',
  'qwerty',
  'root',
  'secret',
  'secretkey',
  'supersecret',
  'test',
  'your-256-bit-secret',
  'your-secret-key',
  'your_secret_key',
]);

// Below this a long value is a repeated word, not a key: 32 hex digits of 128 random bits hold
// fewer than 8 different ones less than once in a million.
const DISTINCT_MIN = 8;

const isRepetition = (value: string): boolean => /^(.{1,16}?)\1+$/s.test(value);

const reduced = (value: string): string => value.toLowerCase().replace(/[^a-z0-9]/g, '');

const publishedReduced: ReadonlySet<string> = new Set([...published].map(reduced));

/** Says why a secret must not guard production, without repeating it; `undefined` when it may. */
export const findWeakness = (value: string, minLength: number): string | undefined => {
  const lower = value.toLowerCase();
  if (published.has(lower) || publishedReduced.has(reduced(value))) {
    return 'is a value that was published';
  }
  if (value.length < minLength) return `is too short: ${value.length} of ${minLength} characters`;
  if (minLength >= 16 && (new Set(value).size < DISTINCT_MIN || isRepetition(value))) {
    return 'is too easy to guess: it repeats itself';
  }
  return undefined;
};
