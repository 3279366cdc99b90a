import { createUpstream } from '@app/runtime';
import type { Test } from 'tap';
import type { TokenKeeper } from '../../src/service.ts';
import { createWechatApi } from '../../src/service/client/wechat-api.ts';
import { createMemoryQuotas } from './memory-stores.ts';
import { startSandbox, WXMP } from './start-sandbox.ts';

/** As much of a keeper as a call needs: the current token, and after a refusal whatever is newer. */
const createPlainKeeper = (current: () => string): Pick<TokenKeeper, 'withToken'> => ({
  async withToken(_appId, call) {
    const first = await call(current());
    if (first.outcome !== 'token_refused') return first as never;
    const again = await call(current());
    if (again.outcome !== 'token_refused') return again as never;
    throw new Error('two tokens were refused');
  },
});

/** The API with a token over real HTTP to the sandbox; quotas in memory. */
export const buildCalls = async (t: Test, { timeoutMs = 2000 } = {}) => {
  const world = await startSandbox(t);
  const { wechat, url, faults } = world;
  /** Tokens that are handed out before the current one. */
  const stale: string[] = [];
  const quotas = createMemoryQuotas();
  const api = createWechatApi({
    upstream: createUpstream({ name: 'wechat', baseUrl: url, timeoutMs }),
    quotas,
    keeper: createPlainKeeper(() => stale.shift() ?? wechat.tokens.currentStable(WXMP.appId).token),
  });
  /** How often a path was called while `work` ran; the fault itself only delays by nothing. */
  const countCalls = async (path: string, work: () => Promise<unknown>): Promise<number> => {
    const id = faults.add({ match: { path }, fault: { delayMs: 0 } });
    await work().catch(() => undefined);
    const hits = faults.list().find((fault) => fault.id === id)?.hits ?? 0;
    faults.remove(id);
    return hits;
  };
  return { ...world, api, quotas, stale, countCalls };
};
