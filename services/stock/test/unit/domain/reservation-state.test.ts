import { readFileSync } from 'node:fs';
import t from 'tap';
import {
  initialState,
  next,
  toMermaid,
  transitions,
  type ReservationEvent,
} from '../../../src/domain/reservation-state.ts';

type State = keyof typeof transitions;
const states = Object.keys(transitions) as State[];
const targetsOf = (state: State): State[] => Object.values(transitions[state]);

t.test('every state can be reached, and only two are final', (t) => {
  const reached = new Set<State>([initialState]);
  for (const state of reached) for (const target of targetsOf(state)) reached.add(target);

  t.same(reached, new Set(states));
  t.same(
    states.filter((state) => targetsOf(state).length === 0),
    ['released', 'forfeited'],
  );
  t.end();
});

t.test('what is not in the table is a conflict that names both, never a silence', (t) => {
  const events: ReservationEvent[] = ['commit', 'forfeit', 'expire', 'close', 'refund'];
  for (const state of states) {
    for (const event of events) {
      if (event in transitions[state]) t.ok(next(state, event));
      else {
        t.throws(() => next(state, event), {
          code: 'STOCK_ILLEGAL_TRANSITION',
          data: { state, event },
        });
      }
    }
  }
  t.end();
});

t.test('the README shows the table as it is', (t) => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

  t.ok(readme.includes(toMermaid()), `put this into the README:\n${toMermaid()}`);
  t.end();
});
