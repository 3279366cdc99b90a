import { goods } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { asAdmin, asShopper, createSuite, operator, startStock } from '../support/goods-node.ts';

const { actions } = goods;
const READERS = 5000;
const suite = await createSuite(t);
await startStock(t, suite);

/** A node that counts what it reads of goods. */
const countingNode = async () => {
  const read: string[] = [];
  const onStatement = (sql: string): void => {
    if (/public_view/.test(sql) && /^\s*select/i.test(sql)) read.push(sql);
  };
  const host = await suite.startNode({}, { onStatement });
  return { host, read };
};

const [first, second] = [await countingNode(), await countingNode()];
const shop = operator(first.host);

t.test('5,000 readers of a cold key cost a node one read, whatever they read', async (t) => {
  const category = await shop.category();
  const { id } = await shop.publish((await shop.draft(category.id)).id);
  const questions = {
    page: (nodeId: string) =>
      first.host.call(
        actions.listGoods,
        { categoryId: category.id, keyword: '保温杯' },
        { ...asShopper, nodeId },
      ),
    goods: (nodeId: string) => first.host.call(actions.getGoods, { id }, { ...asShopper, nodeId }),
  };

  for (const [name, ask] of Object.entries(questions)) {
    first.read.length = 0;
    const answers = await Promise.all(
      Array.from({ length: READERS }, () => ask(first.host.nodeId)),
    );
    t.equal(answers.length, READERS);
    t.equal(first.read.length, 1, `${name}: ${first.read.join('; ')}`);
  }
});

t.test('over all nodes a cold key costs at most one read per node', async (t) => {
  const { id } = await shop.publish((await shop.draft((await shop.category()).id)).id);
  first.read.length = 0;
  second.read.length = 0;

  await Promise.all(
    Array.from({ length: 1000 }, (_, index) => {
      const { nodeId } = index % 2 === 0 ? first.host : second.host;
      return first.host.call(actions.getGoods, { id }, { ...asShopper, nodeId });
    }),
  );

  t.equal(first.read.length, 1);
  t.equal(second.read.length, 1);
});

t.test('a change whose hint got lost is seen within a second all the same', async (t) => {
  const draft = await shop.draft((await shop.category()).id);
  const { id } = await shop.publish(draft.id);
  const titleOn = async (nodeId: string): Promise<string> =>
    (await first.host.call(actions.getGoods, { id }, { ...asShopper, nodeId })).title;
  t.equal(await titleOn(second.host.nodeId), draft.title);

  // Past every hint: straight into the rows.
  await suite.database.sql(
    `update spu set title = '改', public_view = replace(public_view, ?, '改') where id = ?`,
    [draft.title, id],
  );

  // An entry lives 700 ms; the rest is for a slow machine.
  for (const { host } of [first, second])
    await eventually(async () => (await titleOn(host.nodeId)) === '改', { withinMs: 2000 });
});

t.test('a reader who was told of a change never meets the old state', async (t) => {
  const { id } = await shop.publish((await shop.draft((await shop.category()).id)).id);

  for (let round = 1; round <= 20; round += 1) {
    const title = `第 ${round} 版`;
    await first.host.call(actions.updateGoods, { id, title }, asAdmin);
    const seen = await Promise.all(
      [first, second].map(({ host }) =>
        first.host.call(actions.getGoods, { id }, { ...asShopper, nodeId: host.nodeId }),
      ),
    );
    t.same(
      seen.map((view) => view.title),
      [title, title],
    );
  }
});
