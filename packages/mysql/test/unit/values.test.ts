import t from 'tap';
import fc from 'fast-check';
import { fromSqlTime, fromSqlTimeOrNull, toSafeInteger, toSqlTime } from '../../src/index.ts';
import { parseAddress } from '../../src/pool/address.ts';
import { toTextParameter } from '../../src/pool/parameters.ts';
import { schemaNameOf, toStoreSettings } from '../../src/config.ts';
import { consumerNameOf } from '../../src/fact-consumer.ts';
import { configFor } from '../support/store.ts';

t.test('a time goes to a row and back to the millisecond', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      (atMs) => fromSqlTime(toSqlTime(atMs)) === atMs,
    ),
  );
  t.throws(() => toSqlTime(Number.NaN), RangeError);
  t.throws(() => fromSqlTime(new Date(Number.NaN)), RangeError);
  t.equal(fromSqlTimeOrNull(null), null);
  t.equal(fromSqlTimeOrNull(new Date(5)), 5);
});

t.test('a sum becomes a number only when the number is the same', async (t) => {
  t.equal(toSafeInteger('9007199254740991'), Number.MAX_SAFE_INTEGER);
  t.equal(toSafeInteger(-12n), -12);
  for (const value of ['9007199254740993', 2n ** 53n, 1.5, Number.NaN, 2 ** 53]) {
    t.throws(() => toSafeInteger(value), RangeError, String(value));
  }
  t.throws(() => toSafeInteger('12.50'));
});

t.test('an address is host and port', async (t) => {
  t.same(parseAddress('127.0.0.1:13306'), { host: '127.0.0.1', port: 13306 });
  t.same(parseAddress('mysql'), { host: 'mysql', port: 3306 });
  t.same(parseAddress('[::1]:3307'), { host: '::1', port: 3307 });
  for (const bad of ['', ':3306', 'host:0', 'host:70000', 'tcp://host:1', 'a:b:c']) {
    t.throws(() => parseAddress(bad), /not an address/, bad);
  }
});

t.test('bytes of any view go out as the bytes of that view', async (t) => {
  const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);

  t.same(toTextParameter(view), Buffer.from([2, 3]));
});

t.test('schema, user and consumer are named after the service', async (t) => {
  t.equal(schemaNameOf('wechat-ccs'), 'app_wechat_ccs');
  t.equal(consumerNameOf('auth', 'user.phoneBound'), 'auth-user-phone-bound');
  const config = configFor(
    { addr: 'a:1', schema: 's', user: 'u', password: 'p' },
    { mysqlSchema: undefined, mysqlUser: undefined },
  );
  const settings = toStoreSettings(config, 'wechat-ccs');
  t.match(settings, {
    schema: 'app_wechat_ccs',
    write: { endpoint: { user: 'app_wechat_ccs', schema: 'app_wechat_ccs' } },
  });
});

t.test('reads have a pool of their own only when they have an address of their own', async (t) => {
  const place = { addr: 'a:1', schema: 's', user: 'u', password: 'p' };

  t.equal(toStoreSettings(configFor(place), 'x').read, undefined);
  t.equal(toStoreSettings(configFor(place, { mysqlReadAddr: 'a:1' }), 'x').read, undefined);
  const split = toStoreSettings(
    configFor(place, { mysqlWriteAddr: 'w:2', mysqlReadAddr: 'r:3' }),
    'x',
  );
  t.match(split, {
    write: { endpoint: { host: 'w', port: 2 } },
    read: { endpoint: { host: 'r', port: 3 } },
  });
});
