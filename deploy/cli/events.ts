import { systemClock, toRfc3339 } from '@app/kernel';
import { createFactBus, type DeadFact, type FactBus } from '@app/runtime';
import { givenEnv } from './env.ts';
import { runDir } from './paths.ts';
import { readState } from './process/state.ts';
import { CommandError, dim, green, say, table } from './say.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const natsUrl = (): string => {
  const given = givenEnv()['NATS_URL'];
  if (given !== undefined) return given;
  const store = readState(runDir)?.stores.find(({ name }) => name === 'nats');
  if (store === undefined)
    throw new CommandError('which NATS? Start the suite (./make.sh up), or set NATS_URL.');
  return store.address.includes('://') ? store.address : `nats://${store.address}`;
};

const withBus = async (work: (bus: FactBus) => Promise<void>): Promise<void> => {
  const namespace = givenEnv()['NAMESPACE'] ?? 'mall';
  const bus = createFactBus({
    natsUrl: natsUrl(),
    namespace,
    logger: quiet,
    clock: systemClock,
    connectionName: 'cli',
  });
  await bus.start();
  try {
    await work(bus);
  } finally {
    await bus.stop();
  }
};

const allDead = async (bus: FactBus): Promise<readonly DeadFact[]> => {
  const items: DeadFact[] = [];
  let cursor: string | undefined;
  do {
    const page = await bus.dead.list({ limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
};

const list = async (bus: FactBus): Promise<void> => {
  const dead = await allDead(bus);
  if (dead.length === 0) {
    say('No fact is dead.');
    return;
  }
  const rows = dead.map(({ seq, fact, consumer, attempts, diedAtMs, error }) => [
    String(seq),
    fact?.name ?? '(unreadable)',
    consumer,
    String(attempts),
    toRfc3339(diedAtMs),
    error.code,
  ]);
  say(table([['number', 'fact', 'consumer', 'attempts', 'died at', 'error'], ...rows]));
  say(dim('\n./make.sh events show <number> · ./make.sh events replay <number|all>'));
};

const sequenceOf = (word: string | undefined): number => {
  const sequence = Number(word);
  if (word === undefined || !Number.isSafeInteger(sequence) || sequence < 1)
    throw new CommandError('give the number that ./make.sh events list shows');
  return sequence;
};

const show = async (bus: FactBus, word: string | undefined): Promise<void> => {
  const dead = await bus.dead.get(sequenceOf(word));
  if (dead === undefined) throw new CommandError(`there is no dead fact ${word ?? ''}`);
  say(JSON.stringify({ ...dead, diedAt: toRfc3339(dead.diedAtMs) }, undefined, 2));
};

const replay = async (bus: FactBus, word: string | undefined): Promise<void> => {
  if (word === 'all') {
    say(`${green('✔')} delivered again: ${await bus.dead.replayAll()}`);
    return;
  }
  const sequence = sequenceOf(word);
  await bus.dead.replay(sequence).catch((error: unknown) => {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  });
  say(`${green('✔')} ${sequence} is delivered again to the consumer that gave up on it`);
};

/** `events list|show <n>|replay <n|all>`: the facts whose consumers gave up. */
export const events = async ([what = 'list', word]: readonly string[]): Promise<void> => {
  const known: Readonly<Record<string, (bus: FactBus) => Promise<void>>> = {
    list,
    show: (bus) => show(bus, word),
    replay: (bus) => replay(bus, word),
  };
  const work = known[what];
  if (work === undefined)
    throw new CommandError('usage: ./make.sh events list | show <n> | replay <n|all>', 2);
  await withBus(work);
};
