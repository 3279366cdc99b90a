import t from 'tap';
import { Type } from '@sinclair/typebox';
import {
  closed,
  defineService,
  view,
  type ActionSpec,
  type ParamsOf,
  type PayloadOf,
  type ResultOf,
} from '../../src/index.ts';

const toy = defineService({
  name: 'toy',
  summary: 'For tests',
  errors: {},
  actions: {
    getToy: {
      summary: 'A toy',
      params: closed({ id: Type.String(), limit: Type.Optional(Type.Integer()) }),
      result: view({
        id: Type.String(),
        colour: Type.Union([Type.Literal('red'), Type.Literal('blue')]),
      }),
      errors: [],
      idempotent: true,
    },
  },
  facts: { broken: { summary: 'It broke', payload: view({ id: Type.String() }) } },
  queues: {
    dailyRepair: {
      summary: 'Repair',
      payload: view({}),
      attemptsMax: 1,
      backoffMs: 100,
      concurrency: 1,
    },
  },
});

type Params = ParamsOf<typeof toy.actions.getToy>;
type Result = ResultOf<typeof toy.actions.getToy>;
type Payload = PayloadOf<typeof toy.facts.broken>;

// Never run: whether this file compiles is the test.
const mistakes = (): readonly unknown[] => {
  // @ts-expect-error a param is missing
  const missing: Params = {};
  // @ts-expect-error a param has the wrong type
  const mistyped: Params = { id: 1 };
  // @ts-expect-error a param nobody declared
  const unknown: Params = { id: 'a', size: 1 };
  // @ts-expect-error not one of the literals
  const literal: Result = { id: 'a', colour: 'green' };
  // @ts-expect-error the payload needs its id
  const payload: Payload = {};
  // @ts-expect-error no such action
  const action: unknown = toy.actions.getToys;
  // @ts-expect-error this service has no hints
  const hint: unknown = toy.hints.changed;
  // @ts-expect-error an action must say whether it is idempotent
  const vague: ActionSpec = { summary: '', params: closed({}), result: Type.Null(), errors: [] };
  return [missing, mistyped, unknown, literal, payload, action, hint, vague];
};

t.test('the types of a contract are those of its schemas', async (t) => {
  const params: Params = { id: 'a', limit: 3 };
  const result: Result = { id: 'a', colour: 'red' };
  const name: string = toy.actions.getToy.name;

  t.type(mistakes, 'function');
  t.match([params.limit, result.colour, name], [3, 'red', 'v1.toy.getToy']);
});

t.test('everything gets the name it has on the wire', async (t) => {
  t.equal(toy.facts.broken.name, 'toy.broken');
  t.equal(toy.queues.dailyRepair.name, 'toy-daily-repair');
});
