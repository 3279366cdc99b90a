import { ask, type Answer } from './ask.ts';
import { runDir } from './paths.ts';
import { readState } from './process/state.ts';
import { CommandError, bold, dim, green, say } from './say.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const brief = (value: unknown): string => {
  const text = JSON.stringify(value, (key, inner: unknown) =>
    /token$/i.test(key) && typeof inner === 'string' ? `${inner.slice(0, 12)}…` : inner,
  );
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};

const tell = (sentence: string, call: string, answer: Answer): void => {
  const { type, data } = answer.body;
  const outcome = `${answer.status} ${brief(type ?? ('data' in answer.body ? data : answer.body))}`;
  say(`${green('✔')} ${bold(sentence)}\n    ${dim(call)}\n    ${dim(`→ ${outcome}`)}`);
};

/** The addresses of a running suite, and one sentence per step. */
const narrator = (gatewayUrl: string, sandboxUrl: string) => {
  const step = async <Data>(
    sentence: string,
    method: string,
    path: string,
    options: {
      readonly body?: unknown;
      readonly token?: string;
      readonly expect?: number;
      readonly type?: string;
    } = {},
  ): Promise<Data> => {
    const { expect = 200, type, ...rest } = options;
    const base = path.startsWith('/__sandbox') ? sandboxUrl : gatewayUrl;
    const answer = await ask(method, base + path, rest);
    if (answer.status !== expect || (type !== undefined && answer.body.type !== type))
      throw new CommandError(
        `"${sentence}" was expected to end with ${expect}${type === undefined ? '' : ` ${type}`}, but:\n${method} ${path} → ${answer.status} ${JSON.stringify(answer.body)}`,
      );
    tell(sentence, `${method} ${path}`, answer);
    return (path.startsWith('/__sandbox') ? answer.body : answer.body.data) as Data;
  };
  return step;
};

type Step = ReturnType<typeof narrator>;

const signIn = async (step: Step): Promise<Tokens> => {
  const { code } = await step<{ code: string }>(
    'The mini program asks WeChat for a login code (the sandbox plays WeChat).',
    'POST',
    '/__sandbox/wechat/login-codes',
    { body: {} },
  );
  const tokens = await step<Tokens>(
    'The shopper signs in with it and is new here.',
    'POST',
    '/api/v1/auth/wechat/login',
    {
      body: { code },
    },
  );
  await step(
    'The same code a second time is refused: WeChat gives each out once.',
    'POST',
    '/api/v1/auth/wechat/login',
    {
      body: { code },
      expect: 401,
      type: 'WECHAT_CODE_INVALID',
    },
  );
  return tokens;
};

const settleIn = async (step: Step, token: string): Promise<void> => {
  await step('The profile is empty so far.', 'GET', '/api/v1/users/me', { token });
  await step('The shopper chooses a name.', 'PATCH', '/api/v1/users/me', {
    token,
    body: { nickname: '小红' },
  });
  await step(
    'A delivery address; the first one becomes the default.',
    'POST',
    '/api/v1/users/me/addresses',
    {
      token,
      expect: 201,
      body: {
        name: '张小红',
        phone: '13812345678',
        province: '广东省',
        city: '深圳市',
        district: '南山区',
        detail: '科技园 1 号楼 101',
        isDefault: true,
      },
    },
  );
  // A phone belongs to one person, so every run of the demo brings another one.
  const phone = `139${String(Date.now()).slice(-8)}`;
  const { code } = await step<{ code: string }>(
    'The getPhoneNumber button gives the mini program a code.',
    'POST',
    '/__sandbox/wechat/phone-codes',
    { body: { phone } },
  );
  await step(
    'The phone number is bound; only a masked one is ever shown.',
    'POST',
    '/api/v1/users/me/phone',
    {
      token,
      body: { code },
    },
  );
};

const leave = async (step: Step, first: Tokens): Promise<void> => {
  const second = await step<Tokens>(
    'Two hours later: the refresh token is exchanged for a new pair.',
    'POST',
    '/api/v1/auth/refresh',
    {
      body: { refreshToken: first.refreshToken },
    },
  );
  const token = second.accessToken;
  await step('Where am I signed in?', 'GET', '/api/v1/auth/sessions', { token });
  await step('The shopper logs out.', 'POST', '/api/v1/auth/logout', { token });
  await step('From now on the access token is refused.', 'GET', '/api/v1/users/me', {
    token,
    expect: 401,
    type: 'TOKEN_REVOKED',
  });
};

/** `demo`: the shopper's journey, step by step; fails at the first answer that is not as it should be. */
export const demo = async (): Promise<void> => {
  const state = readState(runDir);
  if (state?.phase !== 'ready')
    throw new CommandError(
      'the suite is not running: start it with ./make.sh up in another terminal',
    );
  if (state.sandboxUrl === undefined)
    throw new CommandError('the demo needs the sandbox, which runs with ENV=dev only');
  const step = narrator(state.gatewayUrl, state.sandboxUrl);
  const tokens = await signIn(step);
  await settleIn(step, tokens.accessToken);
  await leave(step, tokens);
  say(`\nThat was the whole journey. API reference: ${state.gatewayUrl}/docs`);
};
