import { goods, stock, type ParamsOf } from '@app/contracts';
import { actionHandlers, type Caller, type Host } from '@app/runtime';
import { createTestHost, testEnv, testNamespace, type TestDatabase } from '@app/testing';
import type { Test } from 'tap';
import { createApp, type AppOptions } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { ids, IMAGE } from './builders.ts';
import { migratedDatabase, mysqlEnv } from './mysql-store.ts';

export const admin: Caller = {
  kind: 'admin',
  adminId: ids.next(),
  marks: ['goods:read', 'goods:write', 'goods:publish'],
};
export const asAdmin = { caller: admin };
export const asShopper = { caller: { kind: 'public' } } as const;

export interface Suite {
  readonly namespace: string;
  readonly database: TestDatabase;
  readonly env: Record<string, string>;
  startNode(env?: Record<string, string>, options?: AppOptions): Promise<Host>;
  /** A node without services: what the gateway or a neighbour is. */
  startNeighbour(): Promise<Host>;
}

/** Nodes that share a database, a Redis prefix and a bus which nobody else sees. */
export const createSuite = async (t: Test): Promise<Suite> => {
  const namespace = testNamespace();
  const database = await migratedDatabase(t);
  const { nats, redis } = testEnv();
  const env = {
    NATS_URL: nats.url,
    NAMESPACE: namespace,
    REDIS_ADDR: redis.addr,
    ...mysqlEnv(database),
  };
  return {
    namespace,
    database,
    env,
    async startNode(more = {}, options = {}) {
      const host = await createTestHost({ service: 'goods', namespace, scope: t });
      host.add(createApp(host, readConfig({ ...env, ...more }), options));
      await host.start();
      return host;
    },
    async startNeighbour() {
      const host = await createTestHost({ service: 'neighbour', namespace, scope: t });
      await host.start();
      return host;
    },
  };
};

/** A stock service of the test: what it answers can be changed while it runs. */
export const startStock = async (t: Test, { namespace }: Suite) => {
  const state = { available: 7, isDown: false, questions: 0 };
  const host = await createTestHost({ service: 'stock', namespace, scope: t });
  const { getAvailability } = stock.actions;
  const onlyAvailability = { ...stock, actions: { getAvailability } };
  const schema = actionHandlers(
    onlyAvailability as never,
    {
      getAvailability: ({ skuIds }: ParamsOf<typeof getAvailability>) => {
        state.questions += 1;
        if (state.isDown) return Promise.reject(new Error('stock is broken'));
        const items = skuIds.map((skuId) => ({ skuId, available: state.available }));
        return Promise.resolve({ items });
      },
    } as never,
  );
  host.add({ name: 'stock', schemas: [schema], stores: [], workers: [] });
  await host.start();
  return { state, host };
};

/** What an operator does before a shopper sees anything. */
export const operator = (host: Pick<Host, 'call'>) => {
  const { actions } = goods;
  return {
    category: (name = '水具', parentId: string | null = null) =>
      host.call(actions.createCategory, { name, parentId }, asAdmin),
    draft: (categoryId: string, input: Partial<ParamsOf<typeof actions.createGoods>> = {}) =>
      host.call(
        actions.createGoods,
        {
          title: '不锈钢保温杯',
          images: [IMAGE],
          categoryId,
          skus: [{ name: '红色', attributes: { 颜色: '红' }, priceFen: 9900 }],
          ...input,
        },
        asAdmin,
      ),
    publish: (id: string) => host.call(actions.publishGoods, { id }, asAdmin),
  };
};
