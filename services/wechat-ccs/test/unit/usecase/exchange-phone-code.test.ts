import t from 'tap';
import { createExchangePhoneCode } from '../../../src/usecase/exchange-phone-code.ts';
import { buildDeps, MP, OA } from '../../support/build-deps.ts';

const build = () => {
  const asked: string[][] = [];
  const exchange = createExchangePhoneCode({
    ...buildDeps(),
    phoneCodes: {
      exchange(appId, code) {
        asked.push([appId, code]);
        return Promise.resolve({ phone: '13812345678', countryCode: '86' });
      },
    },
  });
  return { asked, exchange };
};

t.test('a phone code of the default mini program gives the number', async (t) => {
  const { asked, exchange } = build();

  t.strictSame(await exchange({ code: 'abc' }), { phone: '13812345678', countryCode: '86' });
  t.strictSame(asked, [[MP, 'abc']]);
});

t.test('only a mini program that we know has phone codes', async (t) => {
  const { asked, exchange } = build();

  await t.rejects(async () => exchange({ appId: OA, code: 'x' }), { code: 'WECHAT_APP_UNKNOWN' });
  t.strictSame(asked, []);
});
