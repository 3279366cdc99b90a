import t from 'tap';
import { isFresh, readPushMessage } from '../../../src/domain/push-message.ts';
import { NOON_MS } from '../../support/build-deps.ts';

const text = { MsgType: 'text', CreateTime: '1763700000', FromUserName: 'o-anna', MsgId: '17' };
const click = {
  MsgType: 'event',
  CreateTime: '1763700000',
  FromUserName: 'o-anna',
  Event: 'CLICK',
};
const keyOf = (fields: Readonly<Record<string, unknown>>) => readPushMessage(fields)?.dedupeKey;

t.test('the common fields are read', async (t) => {
  t.match(readPushMessage(text), {
    msgType: 'text',
    event: null,
    openid: 'o-anna',
    createdAtMs: 1_763_700_000_000,
    fields: text,
  });
  t.match(readPushMessage({ ...click, FromUserName: 'a sender that is no user' }), {
    event: 'CLICK',
    openid: null,
  });
});

t.test('without a type or a time, or with names too long to store, it is no message', async (t) => {
  for (const change of [
    { MsgType: undefined },
    { MsgType: '' },
    { MsgType: { a: '1' } },
    { MsgType: 't'.repeat(65) },
    { CreateTime: undefined },
    { CreateTime: 'now' },
    { CreateTime: '-1' },
    { CreateTime: '99999999999' },
    { Event: 'e'.repeat(129) },
  ])
    t.equal(readPushMessage({ ...text, ...change }), undefined, JSON.stringify(change));
});

t.test('a message is the same by its MsgId, whatever else differs', async (t) => {
  t.equal(keyOf(text), keyOf({ ...text, Content: 'edited', CreateTime: '1763700005' }));
  t.not(keyOf(text), keyOf({ ...text, MsgId: '18' }));
});

t.test('an event is the same by its sender, second, name and content', async (t) => {
  const { FromUserName, ...rest } = click;

  t.equal(keyOf(click), keyOf({ ...rest, FromUserName }), 'the order of the fields does not count');
  for (const change of [
    { FromUserName: 'o-ben' },
    { CreateTime: '1763700001' },
    { Event: 'VIEW' },
    { EventKey: 'menu-2' },
  ])
    t.not(keyOf(click), keyOf({ ...click, ...change }), JSON.stringify(change));
  t.not(
    keyOf({ ...click, EventKey: 'a' }),
    keyOf({ ...click, EventKey: 'b' }),
    'twice in a second',
  );
});

t.test('a timestamp is fresh within the tolerance, before and after', async (t) => {
  const at = (seconds: number) => String(NOON_MS / 1000 + seconds);

  for (const seconds of [-300, 0, 300]) t.ok(isFresh(at(seconds), NOON_MS, 300_000));
  for (const seconds of [-301, 301]) t.notOk(isFresh(at(seconds), NOON_MS, 300_000));
  for (const wrong of ['', 'now', `${at(0)}.5`, ` ${at(0)}`, '1e9', '-1'])
    t.notOk(isFresh(wrong, NOON_MS, 300_000), wrong);
});
