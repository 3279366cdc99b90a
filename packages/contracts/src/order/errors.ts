import type { ErrorEntry } from '@app/kernel';

export const orderErrors = {
  ORDER_NOT_FOUND: {
    kind: 'not_found',
    zh: '订单不存在',
    en: 'There is no such order',
    cause: 'The number is wrong, or the order belongs to somebody else.',
    remedy: 'Check the order number and who is signed in.',
  },
  ORDER_ILLEGAL_TRANSITION: {
    kind: 'conflict',
    zh: '订单当前状态不允许此操作',
    en: 'The order is not in a state for this',
    cause:
      'The state machine of orders has no such transition: `data.status` is where it is, `data.event` what was tried.',
    remedy: 'Read the order again and go on from its status.',
  },
  ORDER_AMOUNT_TOO_LARGE: {
    kind: 'invalid',
    zh: '订单金额超出限制',
    en: 'The order is worth more than one payment can be',
    cause: 'The sum of the lines is above `data.maxFen`.',
    remedy: 'Split the order.',
  },
  ORDER_PAYER_UNKNOWN: {
    kind: 'conflict',
    zh: '请先用微信登录后再支付',
    en: 'Sign in with WeChat first to pay',
    cause: 'The buyer never signed in with WeChat in the app that takes the payment.',
    remedy: 'Call wx.login and sign in, then pay again.',
  },
  ORDER_REFUND_NOT_FOUND: {
    kind: 'not_found',
    zh: '退款申请不存在',
    en: 'There is no such refund',
    cause: 'The order has no refund with this number.',
    remedy: 'Read the order for its refunds.',
  },
  ORDER_REFUND_DECIDED: {
    kind: 'conflict',
    zh: '该退款申请已处理',
    en: 'This refund is decided already',
    cause: 'Somebody approved or rejected it, or it needed no decision: see `data.status`.',
    remedy: 'Read the order again.',
  },
} as const satisfies Record<string, ErrorEntry>;
