import { Type } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec, HintSpec } from '../define.ts';
import { At, closed, view } from '../schemas.ts';
import { AppId, upstreamErrors } from './shared.ts';

const Ticket = view({ ticket: Type.String(), expiresAt: At });

const ticketErrors = ['WECHAT_APP_UNKNOWN', ...upstreamErrors] as const;

const internalRead = {
  method: 'GET',
  audience: 'internal',
  rateClass: 'none',
  idempotency: 'none',
} as const;

/** Tickets of web pages (reference, 4): kept like access tokens. */
export const ticketsActions = {
  getJsapiTicket: {
    summary: 'The ticket that JS-SDK signatures are made with, valid for at least another minute',
    params: closed({ appId: AppId }),
    result: Ticket,
    errors: ticketErrors,
    idempotent: true,
    route: { ...internalRead, path: '/internal/v1/wechat-ccs/apps/{appId}/jsapi-ticket' },
  },
  getCardTicket: {
    summary: 'The ticket that card signatures are made with, valid for at least another minute',
    params: closed({ appId: AppId }),
    result: Ticket,
    errors: ticketErrors,
    idempotent: true,
    route: { ...internalRead, path: '/internal/v1/wechat-ccs/apps/{appId}/card-ticket' },
  },
  getJsConfig: {
    summary: 'What a web page needs for wx.config',
    description:
      'Signed for `url` without its fragment, exactly as sent: send `location.href`. Only https pages of the configured hosts.',
    params: closed({
      url: Type.String({
        pattern: '^[\\x21-\\x7e]+$',
        maxLength: 2048,
        examples: ['https://m.example.com/goods?id=1'],
      }),
      appId: Type.Optional(AppId),
    }),
    result: view({
      appId: AppId,
      timestamp: Type.Integer({ description: 'Seconds' }),
      nonceStr: Type.String(),
      signature: Type.String({ description: 'SHA-1, lower-case hex' }),
    }),
    errors: ['WECHAT_JS_URL_FORBIDDEN', ...ticketErrors],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/api/v1/wechat/js-config',
      audience: 'public',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const ticketsHints = {
  ticketChanged: {
    summary: 'Drop the ticket you cached of this app',
    payload: view({
      appId: AppId,
      type: Type.Union([Type.Literal('jsapi'), Type.Literal('wx_card')]),
      version: Type.Integer(),
    }),
  },
} as const satisfies Readonly<Record<string, HintSpec>>;

export const ticketsErrors = {
  WECHAT_JS_URL_FORBIDDEN: {
    kind: 'forbidden',
    zh: '该页面地址不允许使用微信 JS-SDK',
    en: 'Pages at this address may not use the WeChat JS-SDK',
    cause: 'The url is not https, or its host (and port) is not one of WX_JS_HOSTS.',
    remedy: 'Add the host to WX_JS_HOSTS, and to the JS-SDK domains in the console of the account.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
