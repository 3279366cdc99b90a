import { goods } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { ids, IMAGE } from '../support/builders.ts';
import { asAdmin, asShopper, createSuite, operator, startStock } from '../support/goods-node.ts';

const { actions } = goods;
const suite = await createSuite(t);
const stock = await startStock(t, suite);
const first = await suite.startNode();
const neighbour = await suite.startNeighbour();
const shop = operator(neighbour);
const onNode = (nodeId: string) => ({ ...asShopper, nodeId });

t.test('order gets snapshots, and hears by name what is not for sale', async (t) => {
  const category = await shop.category();
  const onSale = await shop.publish((await shop.draft(category.id)).id);
  const draft = await shop.draft(category.id);
  const [sku, hidden] = [onSale.skus[0]!, draft.skus[0]!];
  const price = (skuIds: readonly string[]) =>
    neighbour.call(actions.priceLines, {
      items: skuIds.map((skuId) => ({ skuId, quantity: 2 })),
    });

  const { lines } = await price([sku.id]);

  t.match(lines, [
    {
      skuId: sku.id,
      spuId: onSale.id,
      quantity: 2,
      title: onSale.title,
      skuName: sku.name,
      attributes: sku.attributes,
      image: IMAGE,
      priceFen: 9900,
      snapshotHash: /^[0-9a-f]{64}$/,
    },
  ]);
  const unknown = ids.next();
  await t.rejects(price([sku.id, hidden.id, unknown]), {
    code: 'SKU_NOT_FOR_SALE',
    data: {
      skus: [
        { skuId: hidden.id, reason: 'notPublished' },
        { skuId: unknown, reason: 'unknown' },
      ],
    },
  });
  const patch = { id: onSale.id, skuId: sku.id, priceFen: 8800 };
  await neighbour.call(actions.updateSku, patch, asAdmin);
  const again = (await price([sku.id])).lines[0]!;
  t.equal(again.priceFen, 8800, 'the price of now');
  t.not(again.snapshotHash, lines[0]?.snapshotHash);
});

t.test('while stock is away pages answer, and say how sure the number is', async (t) => {
  const category = await shop.category();
  const { id } = await shop.publish((await shop.draft(category.id)).id);
  const sku = async (goodsId: string) =>
    (await neighbour.call(actions.getGoods, { id: goodsId }, onNode(first.nodeId))).skus[0];
  t.match(await sku(id), { available: 7, availability: 'current' });

  stock.state.isDown = true;
  t.teardown(() => (stock.state.isDown = false));
  await eventually(async () => {
    t.match(await sku(id), { available: 7 });
    return (await sku(id))?.availability === 'lastKnown';
  });
  const fresh = await shop.publish((await shop.draft(category.id)).id);
  t.match(await sku(fresh.id), { available: 0, availability: 'unknown' });

  stock.state.isDown = false;
  stock.state.available = 3;
  await eventually(async () => (await sku(fresh.id))?.availability === 'current');
  t.match(await sku(fresh.id), { available: 3 });
});

t.test('published, changed and new SKUs are told as facts with growing versions', async (t) => {
  const mine = await shop.draft((await shop.category()).id);
  const heard: { name: string; version: number }[] = [];
  for (const fact of [goods.facts.published, goods.facts.changed]) {
    const consumer = neighbour.facts.consume({
      consumer: `test-${fact.name.replace('.', '-')}`,
      fact: fact.name,
      handle: ({ name, payload }) => {
        const { spuId, version } = payload as { spuId: string; version: number };
        if (spuId === mine.id) heard.push({ name, version });
        return Promise.resolve();
      },
    });
    await consumer.start();
    t.teardown(() => consumer.stop());
  }
  await shop.publish(mine.id);
  await neighbour.call(actions.updateGoods, { id: mine.id, title: '新杯' }, asAdmin);

  await eventually(() => heard.length === 2);
  t.same(
    heard.sort((a, b) => a.version - b.version),
    [
      { name: 'goods.published', version: 2 },
      { name: 'goods.changed', version: 3 },
    ],
  );
});
