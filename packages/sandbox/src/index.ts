export { createSandbox, type Sandbox, type SandboxOptions } from './app.ts';
export type { Fault, FaultBook, FaultMatch, FaultRule } from './faults.ts';
export type { SandboxState } from './state.ts';
export type { WechatAppConfig, WechatAppSettings } from './wechat/model.ts';
export type { TokenLogEntry } from './wechat/token-log.ts';
export type { PayMerchantConfig, PaySettings } from './wechat-pay/model.ts';
export {
  ensureMerchantFiles,
  type DevelopmentMerchant,
  type MerchantFiles,
} from './development-merchant.ts';
export { encryptOpenData, type OpenDataInput } from './wechat/open-data.ts';
