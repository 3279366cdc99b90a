import { setTimeout as pause } from 'node:timers/promises';
import { ask, type Answer } from '../ask.ts';
import { CommandError, bold, dim, green, say } from '../say.ts';

export interface StepOptions<Data> {
  readonly body?: unknown;
  readonly token?: string;
  /** Sent with the operator's internal key. */
  readonly isInternal?: boolean;
  readonly idempotencyKey?: string;
  /** The status it must end with; default 200. */
  readonly expect?: number;
  /** The error type it must end with. */
  readonly type?: string;
  /** The outcome as a person would say it; default: the beginning of the answer. */
  readonly show?: (data: Data) => string;
  /** Asked again until this holds. */
  readonly until?: (data: Data) => boolean;
}

/** One sentence, one request; ends the command when the answer is not as it should be. */
export type Step = <Data>(
  sentence: string,
  method: string,
  path: string,
  options?: StepOptions<Data>,
) => Promise<Data>;

export interface Suite {
  readonly gatewayUrl: string;
  readonly sandboxUrl: string;
  readonly internalKey: string;
}

const UNTIL_MS = 60_000;
const AGAIN_MS = 250;
const OUTCOME_CHARS = 300;

const isSandbox = (path: string): boolean => path.startsWith('/__sandbox');

const secretName = /token$|sign$|password$/i;

const brief = (value: unknown): string => {
  const text = JSON.stringify(value, (key, inner: unknown) =>
    secretName.test(key) && typeof inner === 'string' ? `${inner.slice(0, 12)}…` : inner,
  );
  return text.length > OUTCOME_CHARS ? `${text.slice(0, OUTCOME_CHARS)}…` : text;
};

const dataOf = <Data>(path: string, { body }: Answer): Data =>
  (isSandbox(path) ? body : body.data) as Data;

export const createNarrator = ({ gatewayUrl, sandboxUrl, internalKey }: Suite): Step => {
  const send = async <Data>(
    sentence: string,
    method: string,
    path: string,
    options: StepOptions<Data>,
  ): Promise<Answer> => {
    const { body, token, idempotencyKey, isInternal = false, expect = 200, type } = options;
    const answer = await ask(method, (isSandbox(path) ? sandboxUrl : gatewayUrl) + path, {
      ...(body === undefined ? {} : { body }),
      ...(token === undefined ? {} : { token }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(isInternal ? { internalKey } : {}),
    });
    if (answer.status === expect && (type === undefined || answer.body.type === type))
      return answer;
    throw new CommandError(
      `"${sentence}" was expected to end with ${expect}${type === undefined ? '' : ` ${type}`}, but:\n${method} ${path} → ${answer.status} ${JSON.stringify(answer.body)}`,
    );
  };

  const tell = <Data>(
    [sentence, method, path]: readonly [string, string, string],
    answer: Answer,
    show: StepOptions<Data>['show'],
  ): void => {
    const { type } = answer.body;
    const outcome = type ?? show?.(dataOf<Data>(path, answer)) ?? brief(dataOf(path, answer));
    say(`${green('✔')} ${bold(sentence)}\n    ${dim(`${method} ${path}`)}`);
    say(`    ${dim(`→ ${answer.status} ${outcome}`)}`);
  };

  return async <Data>(
    sentence: string,
    method: string,
    path: string,
    options: StepOptions<Data> = {},
  ): Promise<Data> => {
    const endMs = Date.now() + UNTIL_MS;
    for (;;) {
      const answer = await send(sentence, method, path, options);
      const data = dataOf<Data>(path, answer);
      if (options.until?.(data) ?? true) {
        tell([sentence, method, path], answer, options.show);
        return data;
      }
      if (Date.now() > endMs)
        throw new CommandError(
          `"${sentence}" did not come true within a minute:\n${method} ${path} → ${JSON.stringify(answer.body)}`,
        );
      await pause(AGAIN_MS);
    }
  };
};
