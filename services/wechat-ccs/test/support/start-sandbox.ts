import { createSandbox } from '@app/sandbox';
import type { Test } from 'tap';

export const WXMP = { appId: 'wx0000000000000001', secret: '0f8a1b2c3d4e5f60718293a4b5c6d7e8' };
export const WXOA = { appId: 'wx0000000000000002', secret: '8e7d6c5b4a392817060f5e4d3c2b1a08' };
/** Known to WeChat, and to the service only when an admin adds it. */
export const NEWCOMER = {
  appId: 'wx0000000000000003',
  secret: '3c2b1a0987f6e5d4c3b2a1908f7e6d5c',
};

/** WeChat on a free port, gone with the test. */
export const startSandbox = async (t: Test) => {
  const sandbox = createSandbox({
    wechatApps: [
      { appid: WXMP.appId, secret: WXMP.secret, kind: 'mp' },
      { appid: WXOA.appId, secret: WXOA.secret, kind: 'oa' },
      { appid: NEWCOMER.appId, secret: NEWCOMER.secret, kind: 'mp' },
    ],
  });
  t.teardown(() => sandbox.close());
  const url = await sandbox.listen();
  const { wechat, faults, clock } = sandbox.state;
  return { sandbox, url, wechat, faults, clock };
};
