import type { ErrorEntry } from '@app/kernel';

export const coreErrors = {
  WECHAT_CODE_INVALID: {
    kind: 'unauthenticated',
    zh: '微信登录凭证无效或已使用，请重试',
    en: 'The WeChat login code is not valid any more',
    cause:
      'WeChat answered 40029 or 40163: the code is unknown, older than five minutes, used already, or of another app.',
    remedy: 'Call wx.login again and send the new code, once.',
  },
  WECHAT_LOGIN_BLOCKED: {
    kind: 'forbidden',
    zh: '微信判定登录存在风险，已拒绝',
    en: 'WeChat refused this login as risky',
    cause: 'WeChat answered 40226 (high-risk user).',
    remedy: 'Nothing on our side; the user can try from their own device later.',
  },
  WECHAT_PHONE_CODE_INVALID: {
    kind: 'invalid',
    zh: '手机号授权凭证无效或已使用，请重试',
    en: 'The phone number code is not valid any more',
    cause:
      'WeChat answered 40029 or 40013: the code is unknown, older than five minutes, used already, or of another app.',
    remedy: 'Let the user press the getPhoneNumber button again and send the new code, once.',
  },
  WECHAT_APP_UNKNOWN: {
    kind: 'not_found',
    zh: '未配置该微信应用',
    en: 'This WeChat app is not configured',
    cause: 'No app with this id is known to the token central control, or it is disabled.',
    remedy:
      'Set WXMP_APPID / WXOA_APPID, or let an admin add or enable it (/admin/v1/wechat-ccs/apps).',
  },
  WECHAT_QUOTA_EXHAUSTED: {
    kind: 'exhausted',
    zh: '今日微信接口调用次数已用完，请明天再试',
    en: "Today's allowance of this WeChat call is used up",
    cause:
      'WeChat limits how often an account may make this call; `data.quota` names the allowance, `data.resetsAt` when there is a new one (null: never).',
    remedy: 'Wait for `data.resetsAt` (Beijing time). Runbook of wechat-ccs: quotas.',
  },
  WECHAT_RATE_LIMITED: {
    kind: 'exhausted',
    zh: '微信接口调用过于频繁，请稍后再试',
    en: 'Too many calls of WeChat at once, please repeat in a moment',
    cause:
      'WeChat answered 44990 (per second), 44991 or 45011 (per minute): the call was not carried out.',
    remedy: 'Repeat after `data.retryAfterSeconds`.',
  },
  UPSTREAM_WECHAT_REJECTED: {
    kind: 'upstream',
    zh: '微信服务暂时无法处理请求',
    en: 'WeChat refused the call',
    cause:
      'WeChat answered an error that is about our configuration (secret, IP whitelist, permission). `data.errcode` has its number.',
    remedy: 'See the runbook of wechat-ccs for that errcode.',
  },
  UPSTREAM_WECHAT_UNAVAILABLE: {
    kind: 'upstream',
    zh: '微信服务暂时不可用，请稍后再试',
    en: 'WeChat is not available right now',
    cause:
      'WeChat could not be reached, answered 5xx, garbage or -1, or the circuit breaker is open.',
    remedy: 'Repeat later; see the metrics of wechat-ccs.',
  },
  UPSTREAM_WECHAT_TIMEOUT: {
    kind: 'upstream_timeout',
    zh: '微信服务响应超时，请稍后再试',
    en: 'WeChat did not answer in time',
    cause: 'The call took longer than allowed; whether it took effect is unknown.',
    remedy: 'For login take a new code and repeat.',
  },
} as const satisfies Record<string, ErrorEntry>;
