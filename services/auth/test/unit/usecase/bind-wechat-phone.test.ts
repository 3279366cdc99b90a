import t from 'tap';
import { createBindWechatPhone } from '../../../src/usecase/bind-wechat-phone.ts';
import { buildDeps } from '../../support/build-deps.ts';
import { ids } from '../../support/builders.ts';

t.test('the number that WeChat verified is bound; only its mask comes back', async (t) => {
  const deps = buildDeps();
  const userId = ids.next();

  const bound = await createBindWechatPhone(deps)({ userId, code: 'phone-13812345678' });

  t.same(bound, { phone: '138****5678' });
  t.same(deps.neighbour.bound, [{ userId, phone: { phone: '13812345678', countryCode: '86' } }]);
});

t.test('a code that WeChat refuses binds nothing', async (t) => {
  const deps = buildDeps();

  await t.rejects(createBindWechatPhone(deps)({ userId: ids.next(), code: 'garbage' }), {
    code: 'WECHAT_PHONE_CODE_INVALID',
  });
  t.same(deps.neighbour.bound, []);
});
