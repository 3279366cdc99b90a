import { gatewayError, headerInvalid } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';

const keyForm = /^[A-Za-z0-9_-]{8,64}$/;

/** @throws DomainError `IDEMPOTENCY_KEY_REQUIRED`, or `HEADER_INVALID` for a key of another form. */
export const readIdempotencyKey = (exchange: Exchange): void => {
  const { route, req } = exchange;
  if (route?.kind !== 'action' || route.definition.idempotency === 'none') return;
  const key = req.headers['idempotency-key'];
  if (key === undefined || key === '') {
    if (route.definition.idempotency === 'required') throw gatewayError('IDEMPOTENCY_KEY_REQUIRED');
    return;
  }
  // Node joins repeated headers with a comma, which the form does not have.
  if (typeof key !== 'string' || !keyForm.test(key))
    throw headerInvalid('Idempotency-Key', exchange.locale);
  exchange.idempotencyKey = key;
};
