import fc from 'fast-check';
import t from 'tap';
import {
  afterEvent,
  type GrantEvent,
  type SubscribeGrant,
} from '../../../src/domain/subscribe-grant.ts';

type Step = readonly [GrantEvent['kind'], number];

const after = (...steps: readonly Step[]) =>
  steps.reduce<SubscribeGrant | undefined>(
    (grant, [kind, atMs]) => afterEvent(grant, { kind, templateId: 'tmpl', atMs }),
    undefined,
  );

t.test('one accepted popup is one message', (t) => {
  t.equal(after(['accepted', 1], ['accepted', 1], ['accepted', 2])?.remaining, 3);
  t.equal(after(['accepted', 1], ['rejected', 2])?.remaining, 1, 'a refusal takes nothing away');
  t.equal(after(['rejected', 1])?.remaining, 0);
  t.end();
});

t.test('switching off ends what was accepted before it, not what came after', (t) => {
  t.equal(after(['accepted', 1], ['switched_off', 2])?.remaining, 0);
  t.equal(after(['switched_off', 2], ['accepted', 3])?.remaining, 1);
  t.equal(after(['switched_off', 2], ['accepted', 1])?.remaining, 0, 'accepted told late');
  t.equal(after(['accepted', 1], ['accepted', 3], ['switched_off', 2])?.remaining, 2, 'told late');
  t.end();
});

t.test('what another system sent uses a known authorisation and creates no knowledge', (t) => {
  t.equal(after(['sent_elsewhere', 1]), undefined);
  t.equal(after(['accepted', 1], ['sent_elsewhere', 2])?.remaining, 0);
  t.equal(after(['rejected', 1], ['sent_elsewhere', 2])?.remaining, 0);
  t.equal(after(['switched_off', 1], ['sent_elsewhere', 5], ['accepted', 3])?.remaining, 1);
  t.end();
});

t.test('no sequence of events makes a count negative, or greater than what was accepted', (t) => {
  const kind = fc.constantFrom('accepted', 'rejected', 'switched_off', 'sent_elsewhere');
  const steps = fc.array(fc.tuple(kind, fc.nat(20)), { maxLength: 30 });
  fc.assert(
    fc.property(steps, (events) => {
      const remaining = after(...(events as readonly Step[]))?.remaining ?? 0;
      return remaining >= 0 && remaining <= events.filter(([one]) => one === 'accepted').length;
    }),
  );
  t.end();
});
