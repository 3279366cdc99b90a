import { catalogue } from '@app/contracts';
import { DomainError, errorKinds } from '@app/kernel';
import t from 'tap';
import { failureEnvelope, successEnvelope, toFailure } from '../../src/http/envelope.ts';

t.test('a success has the status as its code and data that may be null', async (t) => {
  t.same(JSON.parse(successEnvelope(201, { a: '商' }, 'request-1')), {
    code: 201,
    message: 'Success',
    data: { a: '商' },
    requestId: 'request-1',
  });
  t.same(JSON.parse(successEnvelope(200, undefined, 'request-1')), {
    code: 200,
    message: 'Success',
    data: null,
    requestId: 'request-1',
  });
});

t.test('every code of the catalogue has its status and its text in both languages', async (t) => {
  for (const [code, entry] of catalogue) {
    const zh = toFailure(new DomainError(code, entry.kind), 'zh-CN');
    const en = toFailure(new DomainError(code, entry.kind), 'en');
    t.same([zh.status, zh.type, zh.message], [errorKinds[entry.kind].status, code, entry.zh]);
    t.equal(en.message, entry.en);
  }
});

t.test('what is not in the catalogue leaves as INTERNAL and tells nothing', async (t) => {
  const strangers = [
    new DomainError('SHOP_UNHEARD_OF', 'conflict', {
      message: 'select 1',
      data: { errors: [{ field: 'x' }] },
    }),
    new TypeError('select * from user'),
    'text',
    undefined,
    Object.assign(new Error('x'), { code: 'USER_NOT_FOUND' }),
  ];

  for (const stranger of strangers) {
    const body = failureEnvelope(toFailure(stranger, 'en'), 'request-1');
    t.same(JSON.parse(body), {
      code: 500,
      type: 'INTERNAL',
      message: 'Something went wrong on our side',
      data: null,
      requestId: 'request-1',
    });
  }
});

t.test('the kind is that of the catalogue, whatever a service sends', async (t) => {
  t.equal(toFailure(new DomainError('USER_NOT_FOUND', 'internal'), 'en').status, 404);
});

t.test('of field errors only the three public fields leave, and at most twenty', async (t) => {
  const problems = Array.from({ length: 30 }, (_, index) => ({
    field: `f${index}`,
    rule: 'type',
    message: 'm',
    value: 'secret',
  }));
  const failure = toFailure(
    new DomainError('VALIDATION_FAILED', 'invalid', { data: { errors: problems } }),
    'en',
  );

  const body = JSON.parse(failureEnvelope(failure, 'request-1')) as { errors: object[] };

  t.equal(body.errors.length, 20);
  t.same(body.errors[0], { field: 'f0', rule: 'type', message: 'm' });
});

t.test('429 and 503 say when to come back', async (t) => {
  const limited = new DomainError('RATE_LIMITED', 'exhausted', {
    data: { retryAfterSeconds: 41.2 },
  });

  t.equal(toFailure(limited, 'en').retryAfterSeconds, 42);
  t.equal(
    toFailure(new DomainError('SERVICE_UNAVAILABLE', 'unavailable'), 'en').retryAfterSeconds,
    1,
  );
  t.equal(
    toFailure(new DomainError('USER_NOT_FOUND', 'not_found'), 'en').retryAfterSeconds,
    undefined,
  );
});
