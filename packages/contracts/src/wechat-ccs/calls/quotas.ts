import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../../define.ts';
import { At, closed, nullable, view } from '../../schemas.ts';
import { AppId, upstreamErrors } from '../shared.ts';

export const quotaActions = {
  listQuotas: {
    summary: "What is left of WeChat's allowances to an account",
    params: closed({ appId: AppId }),
    result: view({
      appId: AppId,
      items: Type.Array(
        view({
          quota: Type.String({ examples: ['link'] }),
          window: Type.Union([Type.Literal('day'), Type.Literal('month'), Type.Literal('total')]),
          max: Type.Integer(),
          used: Type.Integer({ description: 'With the blocks that nodes have taken ahead' }),
          left: Type.Integer(),
          resetsAt: nullable(At),
        }),
      ),
    }),
    errors: ['WECHAT_APP_UNKNOWN'],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/wechat-ccs/apps/{appId}/quotas',
      audience: 'admin',
      mark: 'wechat:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  clearQuota: {
    summary: "Have WeChat set today's call counts of an account to zero: ten times a month",
    description:
      'Forced token refreshes are not among them. `withSecret` needs no access token: for the day on which none can be fetched any more.',
    params: closed({
      appId: AppId,
      withSecret: Type.Optional(Type.Boolean()),
    }),
    result: view({ clearsLeft: Type.Integer({ description: 'In this month' }) }),
    errors: ['WECHAT_APP_UNKNOWN', 'WECHAT_QUOTA_EXHAUSTED', ...upstreamErrors],
    idempotent: false,
    timeoutMs: 8000,
    route: {
      method: 'POST',
      path: '/admin/v1/wechat-ccs/apps/{appId}/quotas/clear',
      audience: 'admin',
      mark: 'wechat:write',
      rateClass: 'write',
      idempotency: 'required',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
