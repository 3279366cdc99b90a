import type { Step } from './narrator.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Shopper extends Tokens {
  /** Who they are for the mini program; what WeChat keeps of their payments goes by it. */
  readonly openid: string;
}

export const signIn = async (step: Step): Promise<Shopper> => {
  const { code, openid } = await step<{ code: string; openid: string }>(
    'The mini program asks WeChat for a login code (the sandbox plays WeChat).',
    'POST',
    '/__sandbox/wechat/login-codes',
    { body: {} },
  );
  const path = '/api/v1/auth/wechat/login';
  const tokens = await step<Tokens>(
    'The shopper signs in with it and is new here.',
    ...(['POST', path] as const),
    { body: { code } },
  );
  await step('The same code a second time is refused: WeChat gives each out once.', 'POST', path, {
    ...{ body: { code }, expect: 401, type: 'WECHAT_CODE_INVALID' },
  });
  return { ...tokens, openid };
};

/** @returns the id of the address that orders go to */
export const settleIn = async (step: Step, token: string): Promise<string> => {
  await step('The profile is empty so far.', 'GET', '/api/v1/users/me', { token });
  await step('The shopper chooses a name.', 'PATCH', '/api/v1/users/me', {
    token,
    body: { nickname: '小红' },
  });
  const { id } = await step<{ id: string }>(
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
    { token, body: { code } },
  );
  return id;
};

export const leave = async (step: Step, { refreshToken }: Tokens): Promise<void> => {
  const { accessToken: token } = await step<Tokens>(
    'Two hours later: the refresh token is exchanged for a new pair.',
    'POST',
    '/api/v1/auth/refresh',
    { body: { refreshToken } },
  );
  await step('Where am I signed in?', 'GET', '/api/v1/auth/sessions', { token });
  await step('The shopper logs out.', 'POST', '/api/v1/auth/logout', { token });
  await step('From now on the access token is refused.', 'GET', '/api/v1/users/me', {
    token,
    expect: 401,
    type: 'TOKEN_REVOKED',
  });
};
