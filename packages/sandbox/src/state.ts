import type { SandboxClock } from './clock.ts';
import type { FaultBook } from './faults.ts';
import type { WechatAppConfig } from './wechat/model.ts';
import { createWechatState, type WechatState } from './wechat/state.ts';

/** Everything the sandbox remembers, in memory. Tests may read it and act on it directly. */
export interface SandboxState {
  readonly clock: SandboxClock;
  readonly faults: FaultBook;
  readonly wechat: WechatState;
  /** Forgets everything but the configured apps; the clock is the real one again. */
  reset(): void;
}

export const createSandboxState = (options: {
  readonly clock: SandboxClock;
  readonly faults: FaultBook;
  readonly wechatApps: readonly WechatAppConfig[];
}): SandboxState => {
  const { clock, faults } = options;
  const wechat = createWechatState(options.wechatApps, clock);
  return {
    clock,
    faults,
    wechat,
    reset() {
      clock.setOffsetMs(0);
      faults.clear();
      wechat.reset();
    },
  };
};
