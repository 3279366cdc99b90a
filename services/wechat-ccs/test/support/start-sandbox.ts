import { createSandbox } from '@app/sandbox';
import type { Test } from 'tap';

export const WXMP = { appId: 'wx0000000000000001', secret: '0f8a1b2c3d4e5f60718293a4b5c6d7e8' };
export const WXOA = { appId: 'wx0000000000000002', secret: '8e7d6c5b4a392817060f5e4d3c2b1a08' };

/** WeChat on a free port, gone with the test. */
export const startSandbox = async (t: Test) => {
  const sandbox = createSandbox({
    wechatApps: [
      { appid: WXMP.appId, secret: WXMP.secret, kind: 'mp' },
      { appid: WXOA.appId, secret: WXOA.secret, kind: 'oa' },
    ],
  });
  t.teardown(() => sandbox.close());
  const url = await sandbox.listen();
  const { wechat, faults, clock } = sandbox.state;
  return { sandbox, url, wechat, faults, clock };
};
