/** What every document shares. */

const requestIdPattern = '^[A-Za-z0-9_-]{8,64}$';

export const components = {
  securitySchemes: {
    appToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The access token of a user',
    },
    adminToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The access token of an admin, who needs the action mark of the route',
    },
    internalKey: { type: 'apiKey', in: 'header', name: 'X-Internal-Key' },
  },
  parameters: {
    RequestId: {
      name: 'X-Request-Id',
      in: 'header',
      required: false,
      description: 'Taken over when it has this form, and always echoed',
      schema: { type: 'string', pattern: requestIdPattern },
    },
    AcceptLanguage: {
      name: 'Accept-Language',
      in: 'header',
      required: false,
      description: 'Messages are in Chinese, or in English with `en`',
      schema: { type: 'string', examples: ['zh-CN', 'en'] },
    },
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'New for each intent, the same for its repeats; kept for 24 hours',
      schema: { type: 'string', pattern: requestIdPattern },
    },
    IdempotencyKeyRequired: {
      name: 'Idempotency-Key',
      in: 'header',
      required: true,
      description: 'New for each intent, the same for its repeats; kept for 24 hours',
      schema: { type: 'string', pattern: requestIdPattern },
    },
  },
  headers: {
    RequestId: {
      description: 'Names this request in our logs',
      schema: { type: 'string', pattern: requestIdPattern },
    },
    Traceparent: { description: 'W3C trace context', schema: { type: 'string' } },
    RetryAfter: {
      description: 'Seconds to wait before the next try',
      schema: { type: 'integer', minimum: 1 },
    },
  },
  schemas: {
    Failure: {
      type: 'object',
      description: 'The answer to whatever did not succeed',
      required: ['code', 'type', 'message', 'data', 'requestId'],
      properties: {
        code: { type: 'integer', description: 'The HTTP status' },
        type: { type: 'string', description: 'Stable; what a client branches on' },
        message: { type: 'string', description: 'For people, in their language' },
        data: { description: 'Details, or null' },
        requestId: { type: 'string' },
        errors: {
          type: 'array',
          description: 'With `VALIDATION_FAILED`: what is wrong with each field',
          items: { $ref: '#/components/schemas/FieldError' },
        },
      },
    },
    FieldError: {
      type: 'object',
      required: ['field', 'rule', 'message'],
      properties: {
        field: { type: 'string', examples: ['items[0].skuId'] },
        rule: { type: 'string', description: 'Stable', examples: ['required'] },
        message: { type: 'string' },
      },
    },
  },
} as const;
