/** Questions that arrive while another is being answered share the next query. */
export const createBatchLoader = <V>(options: {
  readonly load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>;
  readonly batchMax: number;
}): ((key: string) => Promise<V | undefined>) => {
  const { load, batchMax } = options;
  let waiting = new Map<string, PromiseWithResolvers<V | undefined>>();
  let isRunning = false;

  const answer = async (batch: ReadonlyMap<string, PromiseWithResolvers<V | undefined>>) => {
    try {
      const found = await load([...batch.keys()]);
      for (const [key, { resolve }] of batch) resolve(found.get(key));
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    }
  };

  const drain = async (): Promise<void> => {
    while (waiting.size > 0) {
      const entries = [...waiting];
      waiting = new Map(entries.slice(batchMax));
      await answer(new Map(entries.slice(0, batchMax)));
    }
    isRunning = false;
  };

  return (key) => {
    // Never an answer that was under way before the question: it may be older than the asker knows.
    const question = waiting.get(key) ?? Promise.withResolvers<V | undefined>();
    waiting.set(key, question);
    if (!isRunning) {
      isRunning = true;
      setImmediate(() => void drain());
    }
    return question.promise;
  };
};
