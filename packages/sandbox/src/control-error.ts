import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** A control request that cannot be carried out; `field` is the path of what is wrong (`fault.status`). */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly statusCode: 400 | 404;
  readonly field: string;

  constructor(field: string, message: string, statusCode: 400 | 404 = 400) {
    super(message);
    this.field = field;
    this.statusCode = statusCode;
  }
}

const dotted = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join('.');

/** The first violation as field and text: a missing or unknown field is named itself, not its parent. */
const describeViolation = (error: FastifyError): { field: string; message: string } => {
  const violation = error.validation?.[0];
  if (violation === undefined) return { field: 'body', message: error.message };
  const parent = violation.instancePath.slice(1).replaceAll('/', '.');
  const { missingProperty, additionalProperty } = violation.params;
  if (typeof missingProperty === 'string') {
    return { field: dotted(parent, missingProperty), message: 'is required' };
  }
  if (typeof additionalProperty === 'string') {
    return { field: dotted(parent, additionalProperty), message: 'is not known here' };
  }
  return { field: dotted(parent) || 'body', message: violation.message ?? 'is not valid' };
};

/** Answers `{field, message}`: 400 for input, 404 for what is not there, 500 for a bug of the sandbox. */
export const answerControlError = (
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  if (error instanceof ControlError) {
    return reply.code(error.statusCode).send({ field: error.field, message: error.message });
  }
  if (error.validation !== undefined) return reply.code(400).send(describeViolation(error));
  const status = error.statusCode ?? 500;
  return reply.code(status).send({ field: 'body', message: error.message });
};
