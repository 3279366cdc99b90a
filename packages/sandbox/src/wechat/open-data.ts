import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { ControlError } from '../control-error.ts';
import type { WechatState } from './state.ts';

export interface OpenDataInput {
  readonly openid: string;
  readonly appid?: string;
  /** What is encrypted beside the watermark; default the profile of somebody. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Unix seconds of the watermark; default now. */
  readonly timestamp?: number;
  /** For forgeries: the watermark of another app. */
  readonly watermarkAppid?: string;
}

export interface OpenData {
  readonly encryptedData: string;
  readonly iv: string;
  readonly rawData: string;
  readonly signature: string;
}

/** What the front end gets from `wx.getUserInfo` or the old phone button (reference 2). */
export const encryptOpenData = (state: WechatState, input: OpenDataInput): OpenData => {
  const { openid, timestamp = Math.floor(state.clock.nowMs() / 1000) } = input;
  const user = state
    .apps()
    .filter(({ appid }) => input.appid === undefined || appid === input.appid)
    .map(({ appid }) => state.findUser(appid, openid))
    .find((one) => one !== undefined);
  if (user === undefined) throw new ControlError('openid', 'no such user: sign in first', 404);

  const profile = input.data ?? { nickName: '微信用户', gender: 0, language: 'zh_CN' };
  const secret = input.data ?? {
    openId: openid,
    ...profile,
    ...(user.unionid === undefined ? {} : { unionId: user.unionid }),
  };
  const watermark = { timestamp, appid: input.watermarkAppid ?? user.appid };
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(user.sessionKey, 'base64'), iv);
  const encrypted = Buffer.concat([
    cipher.update(JSON.stringify({ ...secret, watermark }), 'utf8'),
    cipher.final(),
  ]);
  const rawData = JSON.stringify(profile);
  return {
    encryptedData: encrypted.toString('base64'),
    iv: iv.toString('base64'),
    rawData,
    signature: createHash('sha1').update(`${rawData}${user.sessionKey}`).digest('hex'),
  };
};

const identifier = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' };

const inputSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['openid'],
  properties: {
    openid: identifier,
    appid: identifier,
    data: { type: 'object' },
    timestamp: { type: 'integer', minimum: 0 },
    watermarkAppid: identifier,
  },
};

export const controlOpenData = (app: FastifyInstance, state: WechatState): void => {
  app.post<{ Body: OpenDataInput }>(
    '/wechat/open-data',
    { schema: { body: inputSchema } },
    (request) => encryptOpenData(state, request.body),
  );
};
