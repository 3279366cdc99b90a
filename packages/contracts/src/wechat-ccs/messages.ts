import { Type } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec } from '../define.ts';
import { closed, nullable, view } from '../schemas.ts';
import { AppId, Openid, upstreamErrors } from './shared.ts';

const TemplateId = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  examples: ['TEMPLATE_ID_OF_43_CHARACTERS_0123456789abcd'],
});

/** Subscribe messages. */
export const messagesActions = {
  sendSubscribeMessage: {
    summary: 'Send a subscribe message, at most once per messageKey',
    description:
      'What is final is an outcome and no error: `sent`; `not_subscribed` (the user has no authorisation left: do not try again); `openid_invalid`; `rejected` (`errcode`: 40037 template, 41030 page, 43107 banned, 45168 sensitive words, 47003 with `field`); `unknown` (the answer got lost: it is never sent again, and a repeat with the same key tells what became of it). After an error nothing was sent, and a repeat with the same key may send. Only one-time authorisations are counted: one accept is one send.',
    params: closed({
      appId: Type.Optional(AppId),
      openid: Openid,
      templateId: TemplateId,
      page: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 1024,
          description: 'Path of a released page, query allowed',
          examples: ['pages/order/detail?no=1'],
        }),
      ),
      data: Type.Record(Type.String({ maxLength: 32 }), Type.String({ maxLength: 2000 }), {
        minProperties: 1,
        maxProperties: 20,
        description:
          'Texts by the keys of the template (`thing1`, `amount2`). Longer texts are cut where the kind of field allows it.',
        examples: [{ thing1: '盲盒 A', amount2: '19.90元' }],
      }),
      state: Type.Optional(
        Type.Union([Type.Literal('developer'), Type.Literal('trial'), Type.Literal('formal')], {
          default: 'formal',
        }),
      ),
      lang: Type.Optional(
        Type.Union(
          [
            Type.Literal('zh_CN'),
            Type.Literal('en_US'),
            Type.Literal('zh_HK'),
            Type.Literal('zh_TW'),
          ],
          { default: 'zh_CN' },
        ),
      ),
      messageKey: Type.String({
        pattern: '^[A-Za-z0-9:_.-]{8,128}$',
        description: 'Chosen by the caller: template, user and event. Kept for 90 days',
        examples: ['order-shipped:01K9ZQ4T6V8N2M3P5R7S9W1X0Y'],
      }),
    }),
    result: view({
      outcome: Type.Union([
        Type.Literal('sent'),
        Type.Literal('not_subscribed'),
        Type.Literal('openid_invalid'),
        Type.Literal('rejected'),
        Type.Literal('unknown'),
      ]),
      errcode: nullable(
        Type.Integer({ description: "WeChat's number; null when it did not say one" }),
      ),
      field: nullable(
        Type.String({ description: 'The key of `data` that WeChat refused (47003)' }),
      ),
    }),
    errors: [
      'WECHAT_APP_UNKNOWN',
      'WECHAT_MESSAGE_FIELD_INVALID',
      'WECHAT_MESSAGE_KEY_REUSED',
      'WECHAT_MESSAGE_CONCURRENT',
      'WECHAT_QUOTA_EXHAUSTED',
      ...upstreamErrors,
    ],
    idempotent: true,
    timeoutMs: 15_000,
  },
  countSubscribeGrants: {
    summary: 'How many subscribe messages a user has authorised, by template',
    params: closed({
      appId: Type.Optional(AppId),
      openid: Openid,
      templateIds: Type.Array(TemplateId, { minItems: 1, maxItems: 20, uniqueItems: true }),
    }),
    result: view({
      grants: Type.Array(
        view({
          templateId: TemplateId,
          remaining: nullable(
            Type.Integer({ minimum: 0, description: 'null: WeChat never told of this user' }),
          ),
        }),
      ),
    }),
    errors: ['WECHAT_APP_UNKNOWN'],
    idempotent: true,
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const messagesErrors = {
  WECHAT_MESSAGE_FIELD_INVALID: {
    kind: 'invalid',
    zh: '订阅消息字段内容不符合要求',
    en: 'A field of the message does not fit its template type',
    cause:
      '`data.field` names the key, `data.rule` what it breaks: the value is empty, not of the form its type asks for (date, amount …), or too long and must not be cut.',
    remedy: 'Give that field a value of its type; see the types in the README of wechat-ccs.',
  },
  WECHAT_MESSAGE_KEY_REUSED: {
    kind: 'unprocessable',
    zh: '消息键已用于其他内容',
    en: 'This message key was used for another message',
    cause: 'A message with this key but another user, template, page or data was sent before.',
    remedy: 'Make the key of template, user and event, so that different messages differ in it.',
  },
  WECHAT_MESSAGE_CONCURRENT: {
    kind: 'unavailable',
    zh: '正在向该用户发送其他消息，请稍后重试',
    en: 'The user is being sent another message, repeat later',
    cause: 'WeChat answered 43108: two messages to one user at once. Nothing was sent.',
    remedy: 'Repeat with the same key after some seconds.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
