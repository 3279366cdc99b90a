const QUEUE_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const ID = /^[A-Za-z0-9_.~@+=,-]{1,200}$/;

/** Throws unless `name` is what a contract makes: `<service>-<purpose>` in kebab-case. */
export const checkQueueName = (name: string): void => {
  if (QUEUE_NAME.test(name) && name.length <= 100) return;
  throw new TypeError(
    `queue name ${JSON.stringify(name)} must be kebab-case like "order-payment-timeout"; ` +
      'a colon separates the parts of Redis keys and may not stand in it',
  );
};

/** Throws unless `id` can name a job or a schedule: `<noun>-<businessId>`. */
export const checkId = (what: 'job id' | 'schedule id', id: string): void => {
  if (/^\d+$/.test(id)) {
    throw new TypeError(
      `${what} ${JSON.stringify(id)} is digits only, which BullMQ keeps for the ids it makes itself: ` +
        `put the noun in front, like "order-${id}"`,
    );
  }
  if (id.includes(':')) {
    throw new TypeError(
      `${what} ${JSON.stringify(id)} holds a colon, which separates the parts of Redis keys: use "-"`,
    );
  }
  if (!ID.test(id)) {
    throw new TypeError(`${what} ${JSON.stringify(id)} must be 1-200 of [A-Za-z0-9_.~@+=,-]`);
  }
};

/**
 * What BullMQ puts before every key of a queue. The braces make it a hash tag: all keys of one queue
 * lie in one slot of a Redis Cluster, as its scripts need, and different queues in different slots.
 * The namespace keeps suites on one Redis apart.
 */
export const prefixOf = (namespace: string, queue: string): string => `{${namespace}-${queue}}`;
