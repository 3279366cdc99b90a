import { Type } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec, FactSpec } from '../../define.ts';
import { closed, HttpsUrl, nullable, view } from '../../schemas.ts';
import { AppId, Openid, upstreamErrors } from '../shared.ts';
import { ContentLabel, ContentScene, MediaType, MiniProgram, Suggest } from './fields.ts';

const contentFailures = [
  'WECHAT_USER_NOT_RECENT',
  'WECHAT_APP_UNKNOWN',
  'WECHAT_QUOTA_EXHAUSTED',
  ...upstreamErrors,
] as const;

export const contentActions = {
  checkText: {
    summary: 'What WeChat thinks of a text somebody wrote',
    description:
      "At most 2 500 characters; longer texts are the caller's to cut. `signature` is for the scene `profile` only.",
    params: closed({
      appId: MiniProgram,
      openid: Openid,
      content: Type.String({ minLength: 1, maxLength: 2500 }),
      scene: ContentScene,
      title: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
      nickname: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
      signature: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    }),
    result: view({
      suggest: Suggest,
      label: ContentLabel,
      traceId: Type.String(),
      details: Type.Array(
        view({
          strategy: Type.String(),
          suggest: Suggest,
          label: ContentLabel,
          keyword: nullable(Type.String()),
          probability: nullable(Type.Number({ description: '0 to 100' })),
        }),
      ),
    }),
    errors: contentFailures,
    idempotent: true,
    timeoutMs: 7000,
  },
  checkMedia: {
    summary: 'Ask WeChat to look at a picture or a sound; the verdict comes as a fact',
    params: closed({
      appId: MiniProgram,
      openid: Openid,
      mediaUrl: HttpsUrl,
      mediaType: MediaType,
      scene: ContentScene,
      reference: Type.Optional(
        Type.String({
          pattern: '^[\\x21-\\x7e]{1,128}$',
          description: "The caller's own name for it; stands in the fact",
        }),
      ),
    }),
    result: view({ traceId: Type.String() }),
    errors: contentFailures,
    idempotent: false,
    timeoutMs: 9000,
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const contentErrors = {
  WECHAT_USER_NOT_RECENT: {
    kind: 'conflict',
    zh: '用户近两小时内未访问小程序，无法检测内容',
    en: 'The user has not opened the mini program within two hours',
    cause:
      'WeChat answered 61010: it checks content of users who were there in the last two hours.',
    remedy: 'Check content when the user sends it; later, wait for the next visit.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export const contentFacts = {
  mediaChecked: {
    summary: 'WeChat has judged a picture or a sound, told once per trace id',
    payload: view({
      appId: AppId,
      traceId: Type.String(),
      reference: nullable(
        Type.String({ description: 'As given to checkMedia; null when we did not ask' }),
      ),
      suggest: nullable(Suggest),
      label: nullable(ContentLabel),
      errcode: Type.Integer({
        description:
          '0, or why there is no verdict: then suggest and label are null (-1008: download)',
      }),
    }),
  },
} as const satisfies Readonly<Record<string, FactSpec>>;
