import type { FastifyInstance } from 'fastify';
import { ControlError } from '../control-error.ts';
import type { WechatApp } from './model.ts';
import { push, verifyPushUrl, type PushInput } from './push-sender.ts';
import type { WechatState } from './state.ts';

const identifier = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } as const;

const pushSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    appid: identifier,
    message: { type: 'object' },
    mode: { enum: ['plain', 'compatible', 'secure'] },
    format: { enum: ['json', 'xml'] },
    tamper: {
      enum: ['signature', 'ciphertext', 'timestamp', 'truncated', 'appid', 'padding', 'length'],
    },
    copies: { type: 'integer', minimum: 1, maximum: 200 },
  },
} as const;

const verificationSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { appid: identifier },
} as const;

/** `POST /__sandbox/wechat/push` and `…/push-verifications`. */
export const controlPush = (app: FastifyInstance, state: WechatState): void => {
  const nowMs = (): number => state.clock.nowMs();
  /** The named app, or the first one. */
  const accountOf = (appid: string | undefined): WechatApp => {
    const account = appid === undefined ? state.apps()[0] : state.findApp(appid);
    if (account === undefined)
      throw new ControlError('appid', 'no such app in SANDBOX_WECHAT_APPS');
    return account;
  };

  app.post<{ Body: PushInput }>('/wechat/push', { schema: { body: pushSchema } }, (request) =>
    push(accountOf(request.body.appid), request.body, nowMs),
  );
  app.post<{ Body: { appid?: string } }>(
    '/wechat/push-verifications',
    { schema: { body: verificationSchema } },
    (request) => verifyPushUrl(accountOf(request.body.appid), nowMs),
  );
};
