import t from 'tap';
import { createWindowStore } from '../../src/window-store.ts';

t.test('a window is there until it ends', async (t) => {
  const store = createWindowStore<{ endsAt: number }>(10);
  const window = { endsAt: 100 };

  store.set('a', window, 0);

  t.equal(store.get('a', 99), window);
  t.equal(store.get('a', 100), undefined);
  t.equal(store.get('b', 0), undefined);
});

t.test(
  'however many keys come, no more than the maximum is kept, and the oldest go first',
  async (t) => {
    const store = createWindowStore<{ endsAt: number }>(1000);

    for (let key = 0; key < 100_000; key += 1) store.set(`ip-${key}`, { endsAt: 1000 }, 0);

    t.equal(store.size, 1000);
    t.ok(store.get('ip-99999', 0));
    t.equal(store.get('ip-98000', 0), undefined);
  },
);

t.test('ended windows are cleared away while others come', async (t) => {
  const store = createWindowStore<{ endsAt: number }>(1000);
  for (let key = 0; key < 500; key += 1) store.set(`old-${key}`, { endsAt: 100 }, 0);

  for (let key = 0; key < 300; key += 1) store.set(`new-${key}`, { endsAt: 1000 }, 200);

  t.equal(store.size, 300);
});
