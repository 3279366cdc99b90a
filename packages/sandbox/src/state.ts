import type { SandboxClock } from './clock.ts';
import type { FaultBook } from './faults.ts';
import type { WechatAppConfig } from './wechat/model.ts';
import type { PayMerchantConfig } from './wechat-pay/model.ts';
import { createPayState, type PayState } from './wechat-pay/state.ts';
import { createWechatState, type WechatState } from './wechat/state.ts';

/** Everything the sandbox remembers, in memory. Tests may read it and act on it directly. */
export interface SandboxState {
  readonly clock: SandboxClock;
  readonly faults: FaultBook;
  readonly wechat: WechatState;
  readonly pay: PayState;
  /** Forgets everything but the configured apps; the clock is the real one again. */
  reset(): void;
}

export const createSandboxState = (options: {
  readonly clock: SandboxClock;
  readonly faults: FaultBook;
  readonly wechatApps: readonly WechatAppConfig[];
  readonly payMerchants: readonly PayMerchantConfig[];
  readonly random: () => number;
}): SandboxState => {
  const { clock, faults, payMerchants, random } = options;
  const wechat = createWechatState(options.wechatApps, clock);
  const pay = createPayState({ merchants: payMerchants, clock, random });
  return {
    clock,
    faults,
    wechat,
    pay,
    reset() {
      clock.setOffsetMs(0);
      faults.clear();
      wechat.reset();
      pay.reset();
    },
  };
};
