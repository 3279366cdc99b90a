import { WechatError } from './errors.ts';

/** wx.login codes and phone codes live five minutes and are redeemed once (reference 1, 2.1). */
const CODE_LIFE_MS = 300_000;

interface Entry<Value> {
  readonly appid: string;
  readonly value: Value;
  readonly expiresAtMs: number;
  used: boolean;
}

/** Single-use codes bound to an app. Login and phone codes have a book each: they are not interchangeable. */
export interface CodeBook<Value> {
  issue(code: string, appid: string, value: Value): void;
  /**
   * What the code stands for, without spending it. Throws 40029 when it is unknown or expired,
   * `foreign` when it is another app's, `used` when it was spent.
   */
  peek(
    code: string,
    appid: string,
    errcodes: { readonly foreign: number; readonly used: number },
  ): Value;
  spend(code: string): void;
  clear(): void;
}

export const createCodeBook = <Value>(nowMs: () => number): CodeBook<Value> => {
  const entries = new Map<string, Entry<Value>>();

  const forgetExpired = (): void => {
    const now = nowMs();
    for (const [code, entry] of entries) {
      // In order of issue: the first one alive ends the search (unless the clock was moved back).
      if (entry.expiresAtMs > now) return;
      entries.delete(code);
    }
  };

  return {
    issue(code, appid, value) {
      forgetExpired();
      entries.set(code, { appid, value, expiresAtMs: nowMs() + CODE_LIFE_MS, used: false });
    },
    peek(code, appid, { foreign, used }) {
      const entry = entries.get(code);
      if (entry === undefined || nowMs() >= entry.expiresAtMs) throw new WechatError(40029);
      if (entry.appid !== appid) throw new WechatError(foreign);
      if (entry.used) throw new WechatError(used);
      return entry.value;
    },
    spend(code) {
      const entry = entries.get(code);
      if (entry !== undefined) entry.used = true;
    },
    clear: () => entries.clear(),
  };
};
