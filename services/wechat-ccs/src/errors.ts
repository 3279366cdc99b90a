import { wechatCcsErrors } from '@app/contracts';
import { DomainError, errorFactory, toRfc3339 } from '@app/kernel';
import { retryAfterSeconds, type RefusalKind } from './domain/refusal.ts';
import type { QuotaName, WechatCall } from './domain/wechat-api.ts';

/** `throw wechatCcsError('WECHAT_APP_UNKNOWN')`; the codes and their texts stand in the contract. */
export const wechatCcsError = errorFactory(wechatCcsErrors);

/** A store this service needs cannot be used right now. */
export const storeUnavailable = (store: 'redis', cause: unknown): DomainError =>
  new DomainError('SERVICE_UNAVAILABLE', 'unavailable', {
    message: `${store} could not be used`,
    data: { store },
    cause,
  });

const codeOfRefusal = {
  code_invalid: 'WECHAT_CODE_INVALID',
  phone_code_invalid: 'WECHAT_PHONE_CODE_INVALID',
  login_blocked: 'WECHAT_LOGIN_BLOCKED',
  quota_exhausted: 'WECHAT_QUOTA_EXHAUSTED',
  busy: 'UPSTREAM_WECHAT_UNAVAILABLE',
  throttled: 'WECHAT_RATE_LIMITED',
  token_refused: 'UPSTREAM_WECHAT_REJECTED',
  rejected: 'UPSTREAM_WECHAT_REJECTED',
} as const satisfies Record<RefusalKind, keyof typeof wechatCcsErrors>;

/** What WeChat refused, as this service says it. WeChat's own text stays out: it may quote parameters. */
export const refusalError = (
  kind: RefusalKind,
  {
    call,
    errcode,
    rid,
    callerIp,
  }: {
    readonly call: WechatCall;
    readonly errcode: number;
    readonly rid: string;
    readonly callerIp?: string | undefined;
  },
): DomainError =>
  wechatCcsError(codeOfRefusal[kind], {
    message: `WeChat answered ${errcode} to ${call}, rid ${rid}`,
    data: {
      errcode,
      ...(callerIp === undefined ? {} : { callerIp }),
      ...(kind === 'throttled' ? { retryAfterSeconds: retryAfterSeconds(errcode) } : {}),
    },
  });

/** A param that fits its schema and yet cannot be: 400 that names the field, as the schema's own checks do. */
export const fieldInvalid = (field: string, message: string, errcode?: number): DomainError =>
  new DomainError('VALIDATION_FAILED', 'invalid', {
    message: `${field} ${message}`,
    data: {
      errors: [{ field, rule: 'invalid', message }],
      ...(errcode === undefined ? {} : { errcode }),
    },
  });

/** @param resetsAtMs when there is a new allowance; null never */
export const quotaExhausted = (
  quota: QuotaName,
  resetsAtMs: number | null,
  errcode?: number,
): DomainError =>
  wechatCcsError('WECHAT_QUOTA_EXHAUSTED', {
    data: {
      quota,
      resetsAt: resetsAtMs === null ? null : toRfc3339(resetsAtMs),
      ...(errcode === undefined ? {} : { errcode }),
    },
  });

/** What WeChat answered, as far as the error of a call tells it. */
export const refusalOf = (
  error: unknown,
): { readonly errcode: number | null; readonly callerIp: string | null } => {
  const data = error instanceof DomainError ? error.data : undefined;
  const { errcode, callerIp } = data ?? {};
  return {
    errcode: typeof errcode === 'number' ? errcode : null,
    callerIp: typeof callerIp === 'string' ? callerIp : null,
  };
};
