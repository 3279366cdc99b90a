import type { GoodsStatus } from '@app/contracts';
import { refuse } from './refusal.ts';

export type GoodsEvent = 'publish' | 'unpublish' | 'archive' | 'edit';

/** From where what leads where. Asking for the state goods are in already is no error. */
export const goodsTransitions = {
  draft: { publish: 'published', unpublish: 'draft', archive: 'archived', edit: 'draft' },
  published: {
    publish: 'published',
    unpublish: 'draft',
    archive: 'archived',
    edit: 'published',
  },
  archived: { archive: 'archived' },
} as const satisfies Record<GoodsStatus, Partial<Record<GoodsEvent, GoodsStatus>>>;

/** @throws GOODS_ILLEGAL_TRANSITION */
export const nextStatus = (status: GoodsStatus, event: GoodsEvent): GoodsStatus => {
  const transitions: Partial<Record<GoodsEvent, GoodsStatus>> = goodsTransitions[status];
  const next = transitions[event];
  if (next === undefined) throw refuse('GOODS_ILLEGAL_TRANSITION', { data: { status, event } });
  return next;
};
