/** What WeChat told last of a user and a template. */
export type GrantEventKind = 'accepted' | 'rejected' | 'switched_off' | 'sent_elsewhere';

export interface GrantEvent {
  readonly kind: GrantEventKind;
  readonly templateId: string;
  readonly atMs: number;
}

/** How many messages of one template a user has authorised: one accepted popup is one message. */
export interface SubscribeGrant {
  readonly remaining: number;
  readonly lastEvent: GrantEventKind;
  readonly lastEventAtMs: number;
}

/** WeChat tells times in whole seconds, rounded down. */
export const EVENT_PRECISION_MS = 1000;

const countAfter = (grant: SubscribeGrant, { kind, atMs }: GrantEvent): number => {
  const isLate = atMs < grant.lastEventAtMs;
  switch (kind) {
    case 'accepted':
      // Switching off ended all that had been accepted before it.
      return isLate && grant.lastEvent === 'switched_off' ? grant.remaining : grant.remaining + 1;
    case 'rejected':
      // This popup gave nothing; what was accepted in others stays.
      return grant.remaining;
    case 'switched_off':
      // Told late, it says nothing of what was accepted since: too high a count corrects itself (43101).
      return isLate ? grant.remaining : 0;
    case 'sent_elsewhere':
      return Math.max(0, grant.remaining - 1);
  }
};

/**
 * The count after an event; `undefined` as long as nothing is known. Events may come in any order,
 * each once.
 */
export const afterEvent = (
  grant: SubscribeGrant | undefined,
  event: GrantEvent,
): SubscribeGrant | undefined => {
  // A message of another system tells nothing of what is left.
  if (grant === undefined && event.kind === 'sent_elsewhere') return undefined;
  const known = grant ?? { remaining: 0, lastEvent: event.kind, lastEventAtMs: event.atMs };
  const isNewest = event.kind !== 'sent_elsewhere' && event.atMs >= known.lastEventAtMs;
  return {
    remaining: countAfter(known, event),
    lastEvent: isNewest ? event.kind : known.lastEvent,
    lastEventAtMs: isNewest ? event.atMs : known.lastEventAtMs,
  };
};
