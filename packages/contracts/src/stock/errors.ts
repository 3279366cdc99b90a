import type { ErrorEntry } from '@app/kernel';

export const stockErrors = {
  STOCK_EXHAUSTED: {
    kind: 'conflict',
    zh: '库存不足',
    en: 'Not enough in stock',
    cause:
      'Fewer pieces are available than were asked for; `data.skuId` names the SKU and `data.available` what is left.',
    remedy: 'Buy fewer, or try again later: unpaid reservations come back when they expire.',
  },
  STOCK_RESERVATION_NOT_FOUND: {
    kind: 'not_found',
    zh: '库存预占不存在',
    en: 'There is no such reservation',
    cause: 'Nothing was ever reserved under this order number.',
    remedy: 'Check the order number; reserve before committing or returning.',
  },
  STOCK_RESERVATION_ENDED: {
    kind: 'conflict',
    zh: '库存预占已结束',
    en: 'This reservation has ended',
    cause:
      'The reservation of this order number expired or was released, so it cannot be made again; `data.state` says which.',
    remedy: 'Use a new order number.',
  },
  STOCK_RESERVATION_MISMATCH: {
    kind: 'conflict',
    zh: '该单号已用于不同的库存操作',
    en: 'This number was used for something else',
    cause:
      'The order number was reserved with other lines, or the refund number was used by another order or with other lines.',
    remedy: 'Repeat the first call as it was, or use a new number.',
  },
  STOCK_ILLEGAL_TRANSITION: {
    kind: 'conflict',
    zh: '当前库存状态不允许此操作',
    en: 'The reservation is not in a state for this',
    cause:
      'The state machine of reservations has no such transition: `data.state` is where it is, `data.event` what was tried.',
    remedy:
      'A paid (committed) order is given back by `reason: refunded` or by returnStock, never by `closed`; only committed stock can be returned.',
  },
  STOCK_RETURN_EXCEEDS_SOLD: {
    kind: 'conflict',
    zh: '退回数量超过已售数量',
    en: 'More is returned than was sold',
    cause: 'All returns of a line together would exceed what the order took of it.',
    remedy: 'Return at most what is left of the line: `data.left`.',
  },
  STOCK_BELOW_RESERVED: {
    kind: 'conflict',
    zh: '库存数量不能少于已预占数量',
    en: 'Less on hand than buyers hold reserved',
    cause: 'Unpaid orders hold `data.reserved` pieces, which cannot be taken from them.',
    remedy: 'Set at least `data.reserved`, or wait until the reservations are paid or expire.',
  },
  STOCK_CHANGED: {
    kind: 'conflict',
    zh: '库存已变动，请刷新后重试',
    en: 'The stock changed meanwhile',
    cause: 'Stock on hand is `data.onHand`, not the `expectedOnHand` that was sent.',
    remedy: 'Read the stock again and decide anew.',
  },
} as const satisfies Record<string, ErrorEntry>;
