import { adminError } from './admin-error.ts';

const LENGTH_MIN = 10;
const DISTINCT_MIN = 5;

/** What every list of leaked passwords starts with, where it is long enough to get here. */
const common: readonly string[] = [
  'password',
  'passw0rd',
  'qwertyuiop',
  '1234567890',
  '123456789',
  'administrator',
  'iloveyou',
  'woaini1314',
  'changeme',
  'letmein',
];

const problems = {
  minLength: `at least ${LENGTH_MIN} characters / 至少 ${LENGTH_MIN} 个字符`,
  distinct: `at least ${DISTINCT_MIN} different characters / 至少 ${DISTINCT_MIN} 个不同的字符`,
  username: 'must not contain the username / 不能包含用户名',
  common: 'is one of the most common passwords / 过于常见',
} as const;

/** `password12` is no better than `password`. */
const bareOf = (word: string): string => word.replace(/^[\d\W_]+|[\d\W_]+$/g, '');

/** Length and surprise count, not kinds of characters (NIST SP 800-63B §5.1.1.2). */
const findProblem = (password: string, username: string): keyof typeof problems | undefined => {
  const characters = Array.from(password);
  const lower = password.toLowerCase();
  if (characters.length < LENGTH_MIN) return 'minLength';
  if (new Set(characters).size < DISTINCT_MIN) return 'distinct';
  if (lower.includes(username)) return 'username';
  const bare = bareOf(lower);
  return common.some((word) => word === lower || (bare !== '' && bareOf(word) === bare))
    ? 'common'
    : undefined;
};

/** @throws ADMIN_PASSWORD_WEAK naming the rule */
export const requireStrongPassword = (
  password: string,
  { username, field = 'password' }: { readonly username: string; readonly field?: string },
): void => {
  const rule = findProblem(password, username);
  if (rule !== undefined)
    throw adminError('ADMIN_PASSWORD_WEAK', {
      data: { errors: [{ field, rule, message: problems[rule] }] },
    });
};
