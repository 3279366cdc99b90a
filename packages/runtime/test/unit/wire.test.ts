import t from 'tap';
import { DomainError, errorKinds, type ErrorKind } from '@app/kernel';
import { Errors } from 'moleculer';
import { fromMeta, fromWireError, toMeta, toWireError, type Caller } from '../../src/index.ts';

const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const newId = (): string => 'new-id';

t.test('what a caller says arrives as it was said', async (t) => {
  const callers: readonly Caller[] = [
    { kind: 'user', userId: 'u', sessionId: 's' },
    { kind: 'admin', adminId: 'a', marks: ['order:ship'] },
    { kind: 'internal' },
    { kind: 'callback' },
    { kind: 'service', name: 'order' },
    { kind: 'public' },
  ];
  for (const caller of callers) {
    const body = Buffer.from([0, 1, 255]);
    const meta = toMeta({
      caller,
      requestId: 'req-1',
      locale: 'en',
      idempotencyKey: 'k',
      userAgent: 'ua',
      clientIp: 'ip',
      raw: { method: 'POST', headers: { a: 'b' }, query: { c: 'd' }, body },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });

    t.same(fromMeta(overTheWire(meta) as unknown as Record<string, unknown>, newId), {
      caller,
      requestId: 'req-1',
      locale: 'en',
      idempotencyKey: 'k',
      userAgent: 'ua',
      clientIp: 'ip',
      raw: { method: 'POST', headers: { a: 'b' }, query: { c: 'd' }, body },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  }
});

t.test('strange meta is read as the least privilege', async (t) => {
  const strange: readonly unknown[] = [
    undefined,
    null,
    {},
    { caller: 'admin' },
    { caller: { kind: 'root' } },
    { caller: null, requestId: 5, locale: 'fr', traceparent: 'x', raw: 'x' },
  ];
  for (const meta of strange) {
    t.match(fromMeta(meta as Record<string, unknown>, newId), {
      caller: { kind: 'public' },
      requestId: 'new-id',
      locale: 'zh-CN',
      raw: undefined,
      traceparent: undefined,
    });
  }
});

t.test(
  'every kind of failure keeps code, kind and data across the wire, and nothing else',
  async (t) => {
    for (const kind of Object.keys(errorKinds) as ErrorKind[]) {
      const thrown = new DomainError('SOME_CODE', kind, {
        message: 'select secret',
        data: { a: 1 },
        cause: new Error('deep'),
      });
      const wire = toWireError(thrown) as Error & Record<string, unknown>;
      const { error } = fromWireError(wire, 'v1.x.y');

      t.match(error, { code: 'SOME_CODE', kind }, kind);
      t.same(error.data, kind === 'internal' ? undefined : { a: 1 }, kind);
      t.equal(wire['code'], errorKinds[kind].status);
      t.equal(wire.stack, '');
      t.notMatch(JSON.stringify([wire.message, wire.stack, error.message]), /select|deep/);
    }
  },
);

t.test('anything that is no DomainError is INTERNAL', async (t) => {
  for (const thrown of [new TypeError('secret'), 'text', null, undefined, { code: 'ER_DUP' }]) {
    const { error } = fromWireError(toWireError(thrown), 'v1.x.y');
    t.match(error, { code: 'INTERNAL', kind: 'internal', data: undefined });
  }
});

t.test(
  'failures of the bus become codes of ours, and tell whether the action can have run',
  async (t) => {
    const data = { action: 'v1.x.y' };
    const cases = [
      [new Errors.ServiceNotFoundError(data), 'SERVICE_UNAVAILABLE', true, true],
      [new Errors.ServiceNotAvailableError(data), 'SERVICE_UNAVAILABLE', true, true],
      [new Errors.RequestRejectedError(data), 'SERVICE_UNAVAILABLE', false, true],
      [new Errors.RequestTimeoutError(data), 'DEADLINE_EXCEEDED', false, false],
      [new Errors.QueueIsFullError(data), 'SERVICE_UNAVAILABLE', true, false],
    ] as const;
    for (const [thrown, code, unreached, retryable] of cases) {
      t.match(
        fromWireError(thrown, 'v1.x.y'),
        { error: { code }, transport: true, unreached, retryable },
        thrown.name,
      );
    }
  },
);
