import { Type } from '@sinclair/typebox';
import { defineService } from '@app/contracts';

/** An action that does nothing, declared as every action is. */
export const trivial = defineService({
  name: 'trivial',
  summary: 'Does nothing, to compare with',
  errors: {},
  actions: {
    answer: {
      summary: 'Answers',
      params: Type.Object({ id: Type.String({ maxLength: 64 }) }, { additionalProperties: false }),
      result: Type.Object({ id: Type.String() }),
      errors: [],
      idempotent: true,
    },
  },
});
