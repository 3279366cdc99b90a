import t from 'tap';
import {
  DomainError,
  errorCode,
  errorFactory,
  errorKinds,
  isError,
  type ErrorEntry,
} from '../../src/index.ts';

const catalogue = {
  STOCK_EXHAUSTED: {
    kind: 'conflict',
    zh: '库存不足',
    en: 'Out of stock',
    cause: 'Fewer are left than were asked for.',
    remedy: 'Choose fewer.',
  },
} as const satisfies Record<string, ErrorEntry>;
const stockError = errorFactory(catalogue);

t.test('a factory makes errors of its catalogue, with kind, data and cause', async (t) => {
  const cause = new Error('deep');
  const error = stockError('STOCK_EXHAUSTED', {
    message: 'for developers',
    data: { left: 1 },
    cause,
  });

  t.type(error, DomainError);
  t.match(error, {
    code: 'STOCK_EXHAUSTED',
    kind: 'conflict',
    message: 'for developers',
    data: { left: 1 },
  });
  t.equal(error.cause, cause);
  t.equal(stockError('STOCK_EXHAUSTED').message, 'STOCK_EXHAUSTED');
});

t.test(
  'a code outside the catalogue does not compile, and does not pass at run time',
  async (t) => {
    // @ts-expect-error this code is not in the catalogue
    t.throws(() => stockError('STOCK_EXHAUSTD'), /not in this catalogue/);
  },
);

t.test('an error is known by its code, whatever its class has become', async (t) => {
  const copy = Object.assign(new Error('x'), { code: 'STOCK_EXHAUSTED' });

  t.ok(isError(stockError('STOCK_EXHAUSTED'), 'STOCK_EXHAUSTED'));
  t.ok(isError(copy, 'STOCK_EXHAUSTED'));
  t.notOk(isError(copy, 'OTHER'));
  t.notOk(isError({ code: 'STOCK_EXHAUSTED' }, 'STOCK_EXHAUSTED'), 'only errors are errors');
  t.notOk(isError(undefined, 'STOCK_EXHAUSTED'));
});

t.test('only an expected failure has a code of ours', async (t) => {
  t.equal(errorCode(stockError('STOCK_EXHAUSTED')), 'STOCK_EXHAUSTED');
  t.equal(errorCode(Object.assign(new Error('x'), { code: 'ER_DUP_ENTRY' })), undefined);
  t.equal(errorCode('text'), undefined);
});

t.test(
  'each kind has a status of its own, and only our own failures are errors in the log',
  async (t) => {
    const statuses = Object.values(errorKinds).map(({ status }) => status);

    t.equal(new Set(statuses).size, statuses.length, 'a status leads back to its kind');
    for (const { status, level } of Object.values(errorKinds)) {
      t.equal(level === 'error', status === 500);
      if (status < 500 && status !== 429) t.equal(level, 'info');
    }
  },
);
