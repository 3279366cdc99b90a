import { Type } from '@sinclair/typebox';
import type { ActionSpec } from '../define.ts';
import { Id, closed, pageOf, pageQuery, view } from '../schemas.ts';
import { StockDifference, StockItem, StockMovement } from './shared.ts';

/** Upkeep by operators. */
export const stockAdminActions = {
  setOnHand: {
    summary: 'Set what is on hand of a SKU',
    description:
      'The difference to what the row says at that moment becomes one movement, so no sale in between is lost. With `expectedOnHand` nothing changes unless that is still what is on hand.',
    params: closed({
      skuId: Id,
      onHand: Type.Integer({ minimum: 0, maximum: 1_000_000_000, examples: [100] }),
      expectedOnHand: Type.Optional(
        Type.Integer({ minimum: 0, description: 'What you saw; left out: whatever it is' }),
      ),
      reason: Type.Optional(Type.String({ maxLength: 100, examples: ['stock take'] })),
    }),
    result: StockItem,
    errors: ['STOCK_BELOW_RESERVED', 'STOCK_CHANGED'],
    idempotent: true,
    route: {
      method: 'PUT',
      path: '/admin/v1/stock/{skuId}',
      audience: 'admin',
      mark: 'stock:write',
      rateClass: 'write',
      idempotency: 'none',
    },
  },
  listStock: {
    summary: 'Stock of all SKUs, by SKU id',
    params: closed({ ...pageQuery }),
    result: pageOf(StockItem),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/stock',
      audience: 'admin',
      mark: 'stock:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
  listMovements: {
    summary: 'What happened to the stock of a SKU, newest first',
    params: closed({ skuId: Id, ...pageQuery }),
    result: pageOf(StockMovement),
    errors: [],
    idempotent: true,
    route: {
      method: 'GET',
      path: '/admin/v1/stock/{skuId}/movements',
      audience: 'admin',
      mark: 'stock:read',
      rateClass: 'read',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

const differences = view({
  skus: Type.Integer({ minimum: 0, description: 'How many SKUs were compared' }),
  differenceCount: Type.Integer({ minimum: 0 }),
  differences: Type.Array(StockDifference, { description: 'The first 100' }),
});

/** For operators and the suite's own checks. */
export const stockAuditActions = {
  auditStock: {
    summary: 'Compare every balance with the ledger and with the reservations',
    params: closed({}),
    result: differences,
    errors: [],
    idempotent: true,
    timeoutMs: 15_000,
    route: {
      method: 'POST',
      path: '/internal/v1/stock/audit',
      audience: 'internal',
      rateClass: 'none',
      idempotency: 'none',
    },
  },
  rebuildStock: {
    summary: 'Recompute balances from the ledger; a dry run only tells what would change',
    description:
      'Each SKU is recomputed under its lock. Nothing is ever written to the ledger: it is what the balance is rebuilt from.',
    params: closed({ dryRun: Type.Optional(Type.Boolean({ default: true })) }),
    result: differences,
    errors: [],
    idempotent: true,
    timeoutMs: 15_000,
    route: {
      method: 'POST',
      path: '/internal/v1/stock/rebuild',
      audience: 'internal',
      rateClass: 'none',
      idempotency: 'none',
    },
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
