import { orderErrors, payErrors } from '@app/contracts';
import { errorFactory, type DomainError } from '@app/kernel';

/** Makes this service's errors; the codes and their texts stand in the contract. */
export const orderError = errorFactory(orderErrors);

const payError = errorFactory(payErrors);

/** `pay` owns the code: it checks the same sum once more. */
export const exceedsPaid = (leftFen: number): DomainError =>
  payError('REFUND_EXCEEDS_PAID', { data: { leftFen } });
