import { services, type RouteDefinition } from '@app/contracts';
import t from 'tap';
import {
  announcedActions,
  createLearntActions,
  promisedActions,
} from '../../src/routing/learnt-actions.ts';
import type { DeclaredAction } from '../../src/routing/route.ts';
import { buildRouteTable, type RouteFault } from '../../src/routing/route-table.ts';

const action = (
  name: string,
  method: string,
  path: string,
  rest: Partial<RouteDefinition> = {},
): DeclaredAction => ({
  service: 'shop',
  name,
  app: {
    service: 'shop',
    action: name,
    summary: name,
    errors: [],
    idempotent: true,
    route: {
      method: method as RouteDefinition['method'],
      path,
      audience: 'public',
      rateClass: 'none',
      idempotency: 'none',
      ...rest,
    },
  },
});

const tableOf = (...actions: DeclaredAction[]) => {
  const faults: RouteFault[] = [];
  return { table: buildRouteTable([], actions, (fault) => faults.push(fault)), faults };
};

t.test('a path finds its action and its parameters', async (t) => {
  const { table } = tableOf(action('get', 'GET', '/a/{id}'), action('me', 'GET', '/a/me'));

  t.match(table.find('GET', '/a/1'), {
    kind: 'found',
    route: { declared: { name: 'get' } },
    params: { id: '1' },
  });
  t.match(table.find('GET', '/a/b%2Fc%20d'), { params: { id: 'b/c d' } });
  t.match(table.find('GET', '/a/me'), { route: { declared: { name: 'me' } } });
  t.match(table.find('HEAD', '/a/1'), { kind: 'found', route: { method: 'GET' } });
});

t.test('a static path of one method does not hide a parameter path of another', async (t) => {
  const { table } = tableOf(action('get', 'GET', '/a/{id}'), action('post', 'POST', '/a/me'));

  t.match(table.find('GET', '/a/me'), { kind: 'found', params: { id: 'me' } });
  t.match(table.find('DELETE', '/a/me'), {
    kind: 'wrong-method',
    allow: 'GET, POST, HEAD, OPTIONS',
  });
});

t.test('unknown paths, wrong methods and bad escapes are told apart', async (t) => {
  const { table } = tableOf(action('create', 'POST', '/a'), action('get', 'GET', '/a/{id}'));

  for (const path of ['/', '/b', '/a/1/2', '/a/', '/A/1', '//a', '/a/1/', `/a/${'x'.repeat(600)}`])
    t.match(table.find('GET', path), { kind: 'unknown-path' }, path);
  t.match(table.find('GET', 'http://host/a/1'), { kind: 'unknown-path' });
  t.same(table.find('GET', '/a'), { kind: 'wrong-method', allow: 'POST, OPTIONS' });
  t.same(table.find('PROPFIND', '/a'), { kind: 'wrong-method', allow: 'POST, OPTIONS' });
  t.same(table.find('GET', '/a/%zz'), { kind: 'malformed' });
  t.same(table.find('GET', '/%ff'), { kind: 'malformed' });
});

t.test('a route the gateway cannot judge is left out and told, not guessed', async (t) => {
  const bad = [
    action('audience', 'GET', '/a', { audience: 'everybody' as never }),
    action('method', 'TRACE', '/b'),
    action('path', 'GET', 'c'),
    action('regex', 'GET', '/d/(.*)'),
    action('class', 'GET', '/e', { rateClass: 'huge' as never }),
    action('rule', 'GET', '/f', { idempotency: 'maybe' as never }),
    action('mark', 'GET', '/g', { audience: 'admin' }),
  ];

  const { table, faults } = tableOf(...bad, action('good', 'GET', '/h'));

  t.same(
    faults.map((fault) => fault.action),
    bad.map(({ name }) => name),
  );
  t.equal(table.routes.length, 1);
});

t.test('of two actions on one route the first stays', async (t) => {
  const { table, faults } = tableOf(
    action('first', 'GET', '/a/{id}'),
    action('second', 'GET', '/a/{key}'),
  );

  t.match(table.find('GET', '/a/1'), { route: { declared: { name: 'first' } } });
  t.match(faults, [{ action: 'second' }]);
});

t.test('every route of the contracts is in the table before any service is up', async (t) => {
  const promised = promisedActions(services).filter(({ app }) => app.route !== undefined);
  const { table, faults } = tableOf(...promised);

  t.same(faults, []);
  t.ok(promised.length > 10);
  for (const { name, app } of promised) {
    const path = (app.route?.path ?? '').replaceAll(/\{[^}]+\}/g, 'x');
    t.match(table.find(app.route?.method ?? '', path), {
      kind: 'found',
      route: { declared: { name } },
    });
  }
});

const announced = (...actions: DeclaredAction[]) => [
  { name: 'shop', actions: Object.fromEntries(actions.map(({ name, app }) => [name, { app }])) },
];

t.test('routes learnt from a service stay when its nodes leave', async (t) => {
  const learnt = createLearntActions([]);
  learnt.update(announced(action('one', 'GET', '/one')));

  learnt.update([]);

  t.same(
    learnt.list().map(({ name }) => name),
    ['one'],
  );
});

t.test('a service that is up without an action takes its learnt route away', async (t) => {
  const learnt = createLearntActions([]);
  learnt.update(announced(action('one', 'GET', '/one'), action('two', 'GET', '/two')));

  learnt.update(announced(action('two', 'GET', '/two-new')));

  t.same(
    learnt.list().map(({ app }) => app.route?.path),
    ['/two-new'],
  );
});

t.test(
  'a promised route stays even while the service that is up does not announce it',
  async (t) => {
    const learnt = createLearntActions([action('promised', 'GET', '/promised')]);

    learnt.update(announced(action('other', 'GET', '/other')));

    t.same(
      learnt.list().map(({ name }) => name),
      ['promised', 'other'],
    );
  },
);

t.test('what a service announces wins over the contract this gateway was built with', async (t) => {
  const learnt = createLearntActions([action('get', 'GET', '/old')]);

  learnt.update(announced(action('get', 'GET', '/new')));

  t.same(
    learnt.list().map(({ app }) => app.route?.path),
    ['/new'],
  );
});

t.test('actions of others, without our metadata, are not taken', async (t) => {
  t.same(
    announcedActions([
      { name: 'x', actions: { a: {}, b: { app: 'text' }, c: { app: { summary: 1 } } } },
      { name: 'y' },
    ]),
    [],
  );
});
