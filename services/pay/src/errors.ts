import { payErrors } from '@app/contracts';
import { errorCode, errorFactory } from '@app/kernel';

/** `throw payError('PAYMENT_NOT_FOUND')`; the codes and their texts stand in the contract. */
export const payError = errorFactory(payErrors);

/** WeChat Pay gave no usable answer; what was asked for may have happened. */
export const isUpstreamFailure = (error: unknown): boolean =>
  (errorCode(error) ?? '').startsWith('UPSTREAM_WECHAT_PAY_');
