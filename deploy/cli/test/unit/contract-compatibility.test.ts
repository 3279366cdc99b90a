import { Type, closed, defineService, services, view, type ActionSpec } from '@app/contracts';
import t from 'tap';
import { findBreakingChanges, snapshotContracts } from '../../checks/contract-compatibility.ts';

const action = {
  summary: 'Issue a coupon',
  params: closed({ name: Type.String({ maxLength: 20 }), note: Type.Optional(Type.String()) }),
  result: view({ id: Type.String(), name: Type.String() }),
  errors: [],
  idempotent: true,
  route: {
    method: 'POST',
    path: '/api/v1/coupons',
    audience: 'app',
    rateClass: 'write',
    idempotency: 'none',
  },
} as const satisfies ActionSpec;

const snapshotOf = (issue: ActionSpec, errors = ['COUPON_GONE']) =>
  snapshotContracts({
    coupon: defineService({
      name: 'coupon',
      summary: 'Coupons',
      errors: Object.fromEntries(
        errors.map((code) => [
          code,
          {
            kind: 'conflict' as const,
            zh: '无',
            en: 'Gone',
            cause: 'It is gone.',
            remedy: 'None.',
          },
        ]),
      ),
      actions: { issue },
    }),
  });

const released = snapshotOf(action);

const harmless: Readonly<Record<string, ActionSpec>> = {
  'a new optional param': {
    ...action,
    params: closed({ ...action.params.properties, colour: Type.Optional(Type.String()) }),
  },
  'a wider limit': {
    ...action,
    params: closed({ ...action.params.properties, name: Type.String({ maxLength: 40 }) }),
  },
  'a new result field': {
    ...action,
    result: view({ ...action.result.properties, colour: Type.String() }),
  },
};

const breaking: Readonly<Record<string, ActionSpec>> = {
  'a new required param': {
    ...action,
    params: closed({ ...action.params.properties, colour: Type.String() }),
  },
  'a removed param': { ...action, params: closed({ name: Type.String({ maxLength: 20 }) }) },
  'a tighter limit': {
    ...action,
    params: closed({ ...action.params.properties, name: Type.String({ maxLength: 10 }) }),
  },
  'a new pattern': {
    ...action,
    params: closed({
      ...action.params.properties,
      name: Type.String({ maxLength: 20, pattern: '^a' }),
    }),
  },
  'a removed result field': { ...action, result: view({ id: Type.String() }) },
  'a result that is no longer promised': {
    ...action,
    result: view({ id: Type.String(), name: Type.Optional(Type.String()) }),
  },
  'another type': { ...action, result: view({ id: Type.Integer(), name: Type.String() }) },
  'another path': { ...action, route: { ...action.route, path: '/api/v1/coupon' } },
  'a required Idempotency-Key': { ...action, route: { ...action.route, idempotency: 'required' } },
  'an action that may no longer be repeated': { ...action, idempotent: false },
};

for (const [name, next] of Object.entries(harmless)) {
  await t.test(`${name} is compatible`, async (t) => {
    t.same(findBreakingChanges(released, snapshotOf(next)), []);
  });
}

for (const [name, next] of Object.entries(breaking)) {
  await t.test(`${name} is a breaking change`, async (t) => {
    const problems = findBreakingChanges(released, snapshotOf(next));

    t.ok(problems.length > 0, problems.join('; '));
    t.match(problems[0], /coupon\.issue/);
  });
}

await t.test('a removed service, action or error code is a breaking change', async (t) => {
  t.match(findBreakingChanges(released, { services: {} })[0], /service coupon was removed/);
  t.match(findBreakingChanges(released, snapshotOf(action, []))[0], /COUPON_GONE was removed/);
});

await t.test('every contract of the suite is compatible with itself', async (t) => {
  t.same(findBreakingChanges(snapshotContracts(services), snapshotContracts(services)), []);
});
