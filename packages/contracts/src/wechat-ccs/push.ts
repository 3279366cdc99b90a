import { Type } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec, FactSpec } from '../define.ts';
import { AtMs, view, nullable } from '../schemas.ts';
import { AppId, Openid } from './shared.ts';

/** Message push (消息推送): what WeChat tells by itself. */
export const pushActions = {} as const satisfies Readonly<Record<string, ActionSpec>>;

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
        description: 'The message as WeChat sent it, XML turned into the same names',
      }),
    }),
  },
} as const satisfies Readonly<Record<string, FactSpec>>;
