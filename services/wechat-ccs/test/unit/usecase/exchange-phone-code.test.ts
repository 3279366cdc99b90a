import t from 'tap';
import { createExchangePhoneCode } from '../../../src/usecase/exchange-phone-code.ts';
import { buildDeps, MP, OA } from '../../support/build-deps.ts';

const build = () => {
  const deps = buildDeps();
  const exchange = createExchangePhoneCode({ ...deps, wechat: deps.wechat.client });
  return { ...deps, exchange };
};

t.test('a phone code gives the number', async (t) => {
  const { exchange } = build();

  t.strictSame(await exchange({ code: '13812345678' }), {
    phone: '13812345678',
    countryCode: '86',
  });
});

t.test('a refused token is replaced and the call repeated once', async (t) => {
  const { exchange, keeper, clock, wechat } = build();
  await keeper.current(MP);
  clock.advance(3_600_000);
  wechat.rotate();

  const { phone } = await exchange({ code: '13812345678' });

  t.equal(phone, '13812345678');
  t.strictSame(wechat.fetches, ['normal', 'normal'], 'no force: somebody else had replaced it');
});

t.test('two refused tokens in a row are an error, not a loop', async (t) => {
  const { apps, keeper, wechat } = build();
  const client = {
    ...wechat.client,
    exchangePhoneCode: () => Promise.resolve({ outcome: 'token_refused' as const, errcode: 40001 }),
  };
  const exchange = createExchangePhoneCode({ apps, keeper, wechat: client });

  await t.rejects(exchange({ code: 'x' }), {
    code: 'UPSTREAM_WECHAT_REJECTED',
    data: { errcode: 40001 },
  });
  t.equal(wechat.fetches.length, 2);
});

t.test('only a mini program that we know has phone codes', async (t) => {
  const { exchange } = build();

  await t.rejects(exchange({ appId: OA, code: 'x' }), { code: 'WECHAT_APP_UNKNOWN' });
});
