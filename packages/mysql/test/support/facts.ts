import { Type } from '@sinclair/typebox';
import type { FactConsumerOptions, FactMessage, Part } from '@app/runtime';
import type { AnyFact } from '@app/contracts';

/** A fact of the service `test`. */
export const happened = {
  name: 'test.happened',
  summary: 'Something happened',
  payload: Type.Object({ name: Type.String() }),
} as const satisfies AnyFact;

type Handle = FactConsumerOptions['handle'];

/** JetStream's promises in memory: keeps what was published, drops what it has by id, can be down. */
export const memoryFacts = () => {
  const published: FactMessage[] = [];
  const consumers: { readonly fact: string; readonly handle: Handle }[] = [];
  let failure: Error | undefined;
  return {
    /** Every call that succeeded, repeats included. */
    published,
    fail(error: Error | undefined) {
      failure = error;
    },
    publish(message: FactMessage): Promise<void> {
      if (failure !== undefined) return Promise.reject(failure);
      published.push(message);
      return Promise.resolve();
    },
    consume({ fact, handle, consumer }: FactConsumerOptions): Part & { check(): Promise<void> } {
      consumers.push({ fact, handle });
      const nothing = () => Promise.resolve();
      return { name: consumer, start: nothing, stop: nothing, check: nothing };
    },
    /** Delivers to every consumer, as often as the test likes. */
    async deliver(message: FactMessage, attempt = 1): Promise<void> {
      for (const { fact, handle } of consumers) {
        if (fact === message.name) await handle({ ...message, attempt });
      }
    },
  };
};
