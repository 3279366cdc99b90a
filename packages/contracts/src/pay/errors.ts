import type { ErrorEntry } from '@app/kernel';

export const payErrors = {
  PAYMENT_NOT_FOUND: {
    kind: 'not_found',
    zh: '支付单不存在',
    en: 'There is no payment for this order',
    cause: 'No prepay was ever created for this order number.',
    remedy: 'Create the prepay first.',
  },
  PAYMENT_CHANGED: {
    kind: 'conflict',
    zh: '支付参数与首次请求不一致',
    en: 'The payment exists with other values',
    cause: 'The order number was used before with another amount, app, payer or description.',
    remedy:
      'An order is paid as it was first asked for; use a new order number for another amount.',
  },
  PAYMENT_ILLEGAL_TRANSITION: {
    kind: 'conflict',
    zh: '支付单当前状态不允许此操作',
    en: 'The payment is not in a state for this',
    cause:
      'The payment is closed, paid already, or its deadline is over. `data.state` has the state.',
    remedy: 'Read the payment and go on from its state.',
  },
  REFUND_NOT_FOUND: {
    kind: 'not_found',
    zh: '退款单不存在',
    en: 'There is no such refund',
    cause: 'No refund was requested under this number.',
    remedy: 'Check the refund number.',
  },
  REFUND_CHANGED: {
    kind: 'conflict',
    zh: '退款参数与首次请求不一致',
    en: 'The refund exists with other values',
    cause: 'The refund number was used before for another order or amount.',
    remedy: 'Use a new refund number for another refund.',
  },
  REFUND_EXCEEDS_PAID: {
    kind: 'conflict',
    zh: '退款金额超过可退金额',
    en: 'More than what is left of the payment',
    cause:
      'The sum of all refunds that did not fail would be above what was paid. `data.leftFen` is what is left.',
    remedy: 'Refund at most `data.leftFen`.',
  },
  RECONCILIATION_TICKET_NOT_FOUND: {
    kind: 'not_found',
    zh: '对账差异单不存在',
    en: 'There is no such reconciliation ticket',
    cause: 'No difference was ever recorded under this id.',
    remedy: 'List the tickets and take an id from there.',
  },
  RECONCILIATION_TICKET_CLOSED: {
    kind: 'conflict',
    zh: '对账差异单已处理',
    en: 'The reconciliation ticket is not open any more',
    cause: 'Somebody resolved it with another note, or the difference went away by itself.',
    remedy: 'Read the ticket: its note tells what was done.',
  },
  WECHAT_PAY_NOTICE_REFUSED: {
    kind: 'unauthenticated',
    zh: '通知验签失败',
    en: 'The notification is not genuine',
    cause:
      'Signature, time, serial or ciphertext of a notification do not fit; `data.reason` names which.',
    remedy: 'Nothing, unless it persists: then see the runbook of pay (keys and certificates).',
  },
  UPSTREAM_WECHAT_PAY_REJECTED: {
    kind: 'upstream',
    zh: '微信支付暂时无法处理请求',
    en: 'WeChat Pay refused the request',
    cause:
      'WeChat Pay answered an error about our configuration or request; `data.code` has its name.',
    remedy: 'See the runbook of pay for that code.',
  },
  UPSTREAM_WECHAT_PAY_UNAVAILABLE: {
    kind: 'upstream',
    zh: '微信支付暂时不可用，请稍后再试',
    en: 'WeChat Pay is not available right now',
    cause: 'No answer, 5xx, 429, or an answer whose signature does not verify.',
    remedy: 'Repeat; what was asked for is idempotent.',
  },
  UPSTREAM_WECHAT_PAY_TIMEOUT: {
    kind: 'upstream_timeout',
    zh: '微信支付响应超时，请稍后再试',
    en: 'WeChat Pay did not answer in time',
    cause: 'The call took too long; whether it took effect is unknown and is found out by a query.',
    remedy: 'Repeat; what was asked for is idempotent.',
  },
} as const satisfies Record<string, ErrorEntry>;
