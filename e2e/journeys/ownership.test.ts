import { services, type AnyAction, type RouteDefinition } from '@app/contracts';
import { createUlids } from '@app/kernel';
import { eventually } from '@app/testing';
import t from 'tap';
import { startShop } from '../support/shop.ts';
import { startSuite } from '../support/suite.ts';

const ids = createUlids();
const suite = await startSuite({ env: { ORDER_SWEEP_EVERY_MS: '1000' } });
t.teardown(() => suite.stop());
const shop = await startShop(suite);
const { client } = suite;

interface Route extends RouteDefinition {
  readonly name: string;
  readonly params: AnyAction['params'];
}

/** Every route for shoppers that names a thing in its path: a new one is tested, or fails below. */
const routes: readonly Route[] = Object.values(services)
  .flatMap(({ actions }) => Object.values<AnyAction>(actions))
  .flatMap(({ name, params, route }) =>
    route?.audience === 'app' && route.path.includes('{') ? [{ ...route, name, params }] : [],
  );

type Buyer = Awaited<ReturnType<typeof shop.buyer>>;
type PathParams = Readonly<Record<string, string>>;
/** A person, and how to ask as that person. */
interface Person extends Buyer {
  send(method: string, path: string, body?: unknown): ReturnType<typeof client.send>;
}

const person = async (): Promise<Person> => {
  const openid = `o-${ids.next()}`;
  const buyer = await shop.buyer(openid);
  // A second sign-in: a session that can be ended without losing one's own.
  const { accessToken: token } = await suite.signIn(openid);
  return {
    ...buyer,
    send: (method, path, body) => {
      const headers = { 'idempotency-key': ids.next() };
      return client.send(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
    },
  };
};

const sku = await shop.sku({ priceFen: 500, onHand: 1000 });
const pending = async (owner: Person): Promise<PathParams> => {
  const { orderNo } = await owner.order(sku, 1);
  return { orderNo };
};
const shipped = async (owner: Person): Promise<PathParams> => {
  const { orderNo } = await owner.order(sku, 1);
  await shop.payerPays((await owner.pay(orderNo)).prepayId);
  const isPaid = async () => (await owner.read(orderNo)).status === 'paid';
  await eventually(isPaid, { withinMs: 20_000 });
  const parcel = { carrier: 'SF', trackingNo: 'SF1234567890' };
  const { status } = await shop.asOperator(`/admin/v1/orders/${orderNo}/ship`, parcel);
  if (status !== 200) throw new Error(`not shipped: ${status}`);
  return { orderNo };
};

interface Thing {
  /** States it can be in, each made anew for its owner; gives what stands in the path. */
  readonly make: Readonly<Record<string, (owner: Person) => Promise<PathParams>>>;
  /** Nobody's, of the right form. */
  readonly nobodys: PathParams;
  /** All that its owner sees of it. */
  readonly look: (owner: Person, params: PathParams) => Promise<unknown>;
}

const sessions = async (owner: Person) => {
  const { body } = await owner.get<{ items: { id: string; isCurrent: boolean }[] }>(
    '/api/v1/auth/sessions',
  );
  return body.data.items;
};

/** By the path up to the first name in it. A route below one of these needs no word here. */
const things: Readonly<Record<string, Thing>> = {
  '/api/v1/orders/{orderNo}': {
    make: { pending, shipped },
    nobodys: { orderNo: '0000000000000000A' },
    look: (owner, { orderNo = '' }) => owner.read(orderNo),
  },
  '/api/v1/users/me/addresses/{id}': {
    make: { kept: ({ addressId }) => Promise.resolve({ id: addressId }) },
    nobodys: { id: ids.next() },
    look: async (owner) => (await owner.get('/api/v1/users/me/addresses')).body.data,
  },
  '/api/v1/auth/sessions/{id}': {
    make: {
      live: async (owner) => ({
        id: (await sessions(owner)).find(({ isCurrent }) => isCurrent)?.id ?? '',
      }),
    },
    nobodys: { id: ids.next() },
    look: async (owner) => (await sessions(owner)).map(({ id }) => id).sort(),
  },
};

/** What else a route wants, valid so that nothing but the owner can be wrong. */
const bodies: Readonly<Record<string, object>> = {
  'v1.order.requestRefund': { reason: '不想要了' },
  'v1.user.updateMyAddress': {
    ...{ name: '李雷', phone: '13900000000', detail: '别处 1 号' },
    ...{ province: '广东省', city: '广州市', district: '天河区' },
  },
};

const namesIn = (path: string): string[] =>
  [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
const thingOf = ({ path }: Route): Thing | undefined =>
  things[path.slice(0, path.indexOf('}') + 1)];
const fill = (path: string, params: PathParams): string =>
  path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

await t.test('every route that names a thing has an example here', async (t) => {
  t.ok(routes.length >= 8);
  for (const route of routes) {
    const { name, path, params } = route;
    const thing = thingOf(route);
    t.ok(thing, `${name}: say in \`things\` how a thing of ${path} is made`);
    const named = namesIn(path);
    t.strictSame(
      named.filter((one) => thing?.nobodys[one] === undefined),
      [],
      `${name}: all of its path`,
    );
    const more = (params.required ?? []).filter((field) => !named.includes(field));
    const given = Object.keys(bodies[name] ?? {});
    t.strictSame(
      more.filter((field) => !given.includes(field)),
      [],
      `${name}: say in \`bodies\` what it takes`,
    );
  }
});

for (const route of routes) {
  const { name, method, path } = route;
  const body = bodies[name] ?? (method === 'GET' ? undefined : {});
  for (const [state, make] of Object.entries(thingOf(route)?.make ?? {})) {
    await t.test(`${method} ${path} (${name}) of somebody else's, ${state}, is 404`, async (t) => {
      const { look, nobodys } = thingOf(route)!;
      const [owner, stranger] = await Promise.all([person(), person()]);
      const params = await make(owner);
      const mine = fill(path, params);
      const before = await look(owner, params);

      const answer = await stranger.send(method, mine, body);
      const nothing = await stranger.send(method, fill(path, nobodys), body);

      t.equal((await client.send(method, mine)).status, 401, 'without a token');
      t.equal(answer.status, 404, JSON.stringify(answer.body));
      t.same(
        [answer.status, answer.body.type, answer.body.message],
        [nothing.status, nothing.body.type, nothing.body.message],
        'like one that does not exist',
      );
      t.same(await look(owner, params), before, 'and nothing has changed');
      const own = await owner.send(method, mine, body);
      t.not(own.status, 404, 'while its owner is answered');
      t.ok(own.status < 500 && own.status !== 400, JSON.stringify(own.body));
    });
  }
}

await t.test("an order to somebody else's address is 404, and holds nothing", async (t) => {
  const [owner, stranger] = await Promise.all([person(), person()]);
  const before = await shop.available(sku);

  const { status, body } = await stranger.send('POST', '/api/v1/orders', {
    items: [{ skuId: sku, quantity: 1 }],
    addressId: owner.addressId,
  });

  t.same([status, body.type], [404, 'ADDRESS_NOT_FOUND']);
  t.equal(await shop.available(sku), before);
});
