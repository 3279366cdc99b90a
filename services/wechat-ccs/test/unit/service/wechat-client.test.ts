import type { Upstream, UpstreamRequest } from '@app/runtime';
import t from 'tap';
import { createWechatApi } from '../../../src/service/client/wechat-api.ts';
import { createWechatClient } from '../../../src/service/client/wechat-client.ts';
import { createMemoryQuotas } from '../../support/memory-stores.ts';

const SECRETS = ['the-secret', 'the-code', 'the-token'];

t.test('spans are told which query values are secret, and paths hold none', async (t) => {
  const requests: UpstreamRequest[] = [];
  const answer = JSON.stringify({
    openid: 'o',
    session_key: 'k',
    access_token: 'a',
    expires_in: 7200,
    phone_info: { purePhoneNumber: '1', countryCode: '86', watermark: { appid: 'wx' } },
  });
  const upstream: Upstream = {
    name: 'wechat',
    request: (request) => {
      requests.push(request);
      return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(answer) });
    },
  };
  const client = createWechatClient({
    upstream,
    tokenUpstream: upstream,
    secretOf: () => 'the-secret',
  });
  const api = createWechatApi({
    upstream,
    quotas: createMemoryQuotas(),
    keeper: {
      withToken: async (_appId, call) => (await call('the-token')) as never,
    },
  });

  await client.exchangeLoginCode('wx', 'the-code');
  await client.fetchAccessToken('wx', 'normal');
  await client.fetchAccessToken('wx', 'classic');
  await api.call('wx', {
    call: 'phone',
    method: 'POST',
    path: '/wxa/business/getuserphonenumber',
    query: { openid: 'the-code' },
    secretQueryKeys: ['openid'],
    isRepeatable: false,
    read: () => true,
  });

  t.equal(requests.length, 4);
  for (const { path, query = {}, secretQueryKeys = [], operation } of requests) {
    const shown = Object.entries(query)
      .filter(([key]) => !secretQueryKeys.includes(key))
      .map(([, value]) => String(value));
    for (const secret of SECRETS) {
      t.notOk([path, operation ?? '', ...shown].join(' ').includes(secret), `${path} ${secret}`);
    }
  }
});
