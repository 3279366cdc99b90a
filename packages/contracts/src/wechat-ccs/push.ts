import { Type } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec, FactSpec } from '../define.ts';
import { AtMs, closed, nullable, view } from '../schemas.ts';
import { AppId, Openid } from './shared.ts';

/** Message push (消息推送): what WeChat tells by itself. */

/** Any text: an id that no app can have is answered like one that no app has. */
const AnyAppId = Type.String({ maxLength: 512 });

/** An answer in WeChat's own form; the gateway sends it as it is. */
const PlainAnswer = view({
  status: Type.Integer({ minimum: 200, maximum: 599 }),
  headers: Type.Optional(Type.Record(Type.String(), Type.String())),
  body: Type.Optional(Type.String()),
});

export const pushActions = {
  verifyPushUrl: {
    summary:
      'WeChat checks the push address of an app: the echo string when the signature is right',
    description: 'Query: `signature`, `timestamp`, `nonce`, `echostr`. A wrong signature gets 403.',
    params: closed({ appId: AnyAppId }),
    result: PlainAnswer,
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/callbacks/wechat/{appId}',
      audience: 'callback',
      rateClass: 'none',
      idempotency: 'none',
    },
  },
  receivePush: {
    summary: 'WeChat pushes a message or an event: stored once, told once, then answered `success`',
    description:
      'JSON or XML, plain or encrypted. Forged, stale, unreadable: 403 or 400, nothing stored. Store down: 503, WeChat sends again.',
    params: closed({ appId: AnyAppId }),
    result: PlainAnswer,
    errors: [],
    idempotent: true,
    // WeChat waits 5 s and sends again: what comes later than this is answered to nobody.
    timeoutMs: 4500,
    route: {
      method: 'POST',
      path: '/callbacks/wechat/{appId}',
      audience: 'callback',
      rateClass: 'none',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const pushErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>;

export const pushFacts = {
  messagePushed: {
    summary: 'WeChat pushed a message or an event to an app, verified and told once',
    payload: view({
      appId: AppId,
      openid: nullable(Openid),
      msgType: Type.String(),
      event: nullable(Type.String()),
      createdAtMs: AtMs,
      message: Type.Record(Type.String(), Type.Unknown(), {
        description:
          'The message as WeChat sent it, JSON and XML under the same names. Every number is text, for ids have up to 19 digits; XML has no lists, so an element that stands once is no array there',
      }),
    }),
  },
} as const satisfies Readonly<Record<string, FactSpec>>;
