import type { CollectedSpan } from '@app/testing';
import type { RecordedAnswer } from './http.ts';
import { findLeaks, type Leak, type Output, type Secret } from './leaks.ts';
import type { SuiteProcess } from './process.ts';

/** What a variable with such a name holds is a secret; ids of apps and paths are none. */
const SECRET_KEY = /(SECRET|PASS|TOKEN|KEY|KEYS)$/;

/** The only answers that may hold what WeChat gave us (design: Internal). */
const HAND_OUT =
  /^\/internal\/v1\/wechat-ccs\/apps\/[^/]+\/(?:access-token(?:\/invalidate)?|jsapi-ticket)$/;
const HANDED_OUT = ['access_token', 'ticket'];

/** The answers that give users and admins their own tokens. */
const SIGN_IN = /^\/(?:api|admin)\/v1\/auth\//;
const OWN_TOKEN = 'token of a user';

/** Secrets among the variables that processes were started with. */
export const secretsOfEnv = (
  envs: readonly Readonly<Record<string, string>>[],
): readonly Secret[] =>
  envs.flatMap((env) =>
    Object.entries(env)
      .filter(([key]) => SECRET_KEY.test(key))
      // A key ring is a list of `id:key`.
      .flatMap(([kind, value]) =>
        value.split(/[:,]/).map((part): Secret => ({ kind, value: part })),
      ),
  );

/** Every token, session key and code that the sandbox gave out; none when it is gone. */
export const secretsOfSandbox = async (sandboxUrl: string): Promise<readonly Secret[]> => {
  try {
    const response = await fetch(`${sandboxUrl}/__sandbox/wechat/issued-secrets`);
    return (await response.json()) as readonly Secret[];
  } catch {
    return [];
  }
};

const OWN_TOKENS = /"(?:accessToken|refreshToken)":"([^"]+)"/g;

const secretsOfAnswers = (answers: readonly RecordedAnswer[]): readonly Secret[] =>
  answers
    .filter(({ path }) => SIGN_IN.test(path))
    .flatMap(({ text }) => Array.from(text.matchAll(OWN_TOKENS), ([, value = '']) => value))
    .map((value) => ({ kind: OWN_TOKEN, value }));

const outputOfAnswer = ({ method, path, status, text }: RecordedAnswer): Output => ({
  where: `the answer ${status} to ${method} ${path}`,
  text,
  allowed: [...(HAND_OUT.test(path) ? HANDED_OUT : []), ...(SIGN_IN.test(path) ? [OWN_TOKEN] : [])],
});

/** What was found, and how much was looked at: nothing found in nothing proves nothing. */
export interface Search {
  readonly leaks: readonly Leak[];
  readonly kinds: ReadonlySet<string>;
  readonly answers: number;
  readonly spans: number;
}

/** Looks through everything that a suite said: logs, traces and HTTP answers, failures among them. */
export const searchSuite = (suite: {
  readonly processes: readonly SuiteProcess[];
  readonly answers: readonly RecordedAnswer[];
  readonly spans: readonly CollectedSpan[];
  readonly issued: readonly Secret[];
}): Search => {
  const { processes, answers, spans, issued } = suite;
  const secrets = [
    ...secretsOfEnv(processes.map(({ env }) => env)),
    ...secretsOfAnswers(answers),
    ...issued,
  ];
  const leaks = findLeaks(
    [
      // The sandbox is the outside: what it writes is not ours.
      ...processes
        .filter(({ name }) => name !== 'sandbox')
        .map((one) => ({ where: `the log of ${one.name}`, text: one.output() })),
      ...spans.map((span) => ({
        where: `the span ${span.service}: ${span.name}`,
        text: JSON.stringify(span),
      })),
      ...answers.map(outputOfAnswer),
    ],
    secrets,
  );
  return {
    leaks,
    kinds: new Set(secrets.map(({ kind }) => kind)),
    answers: answers.length,
    spans: spans.length,
  };
};
