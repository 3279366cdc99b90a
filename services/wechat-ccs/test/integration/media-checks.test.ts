import { wechatCcs, type PayloadOf } from '@app/contracts';
import type { FactMessage, Host } from '@app/runtime';
import { eventually, testNamespace } from '@app/testing';
import t, { type Test } from 'tap';
import { migratedDatabase } from '../support/real-stores.ts';
import { startSandbox, WXMP } from '../support/start-sandbox.ts';
import { startCaller, startService } from '../support/start-service.ts';

const { checkMedia } = wechatCcs.actions;
const { mediaChecked, messagePushed } = wechatCcs.facts;
const { appId } = WXMP;

type Checked = PayloadOf<typeof mediaChecked>;

const media = {
  mediaUrl: 'https://img.example.com/a.png',
  mediaType: 'image',
  scene: 'forum',
} as const;

/** Two nodes on one database, and somebody who hears what they tell. */
const build = async (t: Test) => {
  const { url, wechat } = await startSandbox(t);
  const database = await migratedDatabase(t);
  const namespace = testNamespace();
  const node = () => startService(t, { namespace, database, wechatUrl: url });
  await Promise.all([node(), node()]);
  const caller = await startCaller(t, namespace);
  const heard: Checked[] = [];
  const ear = caller.facts.consume({
    consumer: 'caller-media-checked',
    fact: mediaChecked.name,
    service: 'caller',
    handle: ({ payload }) => {
      heard.push(payload as Checked);
      return Promise.resolve();
    },
  });
  await ear.start();
  t.teardown(() => ear.stop());
  const { openid } = wechat.issueLoginCode();
  const ask = (reference?: string) =>
    caller.call(checkMedia, {
      openid,
      ...media,
      ...(reference === undefined ? {} : { reference }),
    });
  return { caller, database, heard, ask };
};

let serial = 0;

/** As the receiving side of message push tells it. */
const push = (host: Host, message: object, change: Partial<FactMessage> = {}): Promise<void> =>
  host.facts.publish({
    id: `push-${Date.now()}-${(serial += 1)}`,
    name: messagePushed.name,
    payload: {
      appId,
      openid: 'o-anna',
      msgType: 'event',
      event: 'wxa_media_check',
      createdAtMs: 1,
      message,
    },
    occurredAtMs: Date.now(),
    ...change,
  });

const verdict = (traceId: string, suggest = 'risky', label = 20002) => ({
  trace_id: traceId,
  errcode: 0,
  result: { suggest, label },
});

t.test(
  'a verdict is told once with the reference of who asked, however often it is pushed',
  async (t) => {
    const { caller, heard, ask } = await build(t);
    const { traceId } = await ask('avatar-7');
    const other = await ask();

    await Promise.all(Array.from({ length: 10 }, () => push(caller, verdict(traceId))));
    await push(caller, { trace_id: other.traceId, errcode: -1008 });

    await eventually(() => heard.length === 2, { withinMs: 20_000 });
    await push(caller, verdict(traceId, 'pass', 100));
    await push(
      caller,
      { trace_id: 'marker', errcode: -1008 },
      { occurredAtMs: Date.now() - 60_000 },
    );
    await eventually(() => heard.length === 3, { withinMs: 20_000 });
    t.strictSame(
      heard.find((fact) => fact.traceId === traceId),
      { appId, traceId, reference: 'avatar-7', suggest: 'risky', label: 20002, errcode: 0 },
    );
    t.strictSame(
      heard.find((fact) => fact.traceId === other.traceId),
      {
        appId,
        traceId: other.traceId,
        reference: null,
        suggest: null,
        label: null,
        errcode: -1008,
      },
    );
    t.equal(heard.filter((fact) => fact.traceId === traceId).length, 1);
  },
);

t.test('a verdict that overtakes the row of who asked waits for it', async (t) => {
  const { caller, database, heard } = await build(t);

  await push(caller, verdict('early'));
  await push(caller, verdict('old'), { occurredAtMs: Date.now() - 60_000 });
  await eventually(() => heard.length === 1, { withinMs: 20_000 });
  t.match(heard[0], { traceId: 'old', reference: null }, 'what nobody here asked is told as well');
  await database.sql(
    `insert into media_check (app_id, trace_id, reference, asked_at) values ('${appId}', 'early', 'mine', now(3))`,
  );

  await eventually(() => heard.length === 2, { withinMs: 30_000 });
  t.match(heard[1], { traceId: 'early', reference: 'mine' });
});

t.test(
  'other messages pass by, and a verdict of another form ends among the dead letters',
  async (t) => {
    const { caller, database, heard, ask } = await build(t);
    const { traceId } = await ask('mine');
    const base = { appId, openid: null, msgType: 'text', event: null, createdAtMs: 1 };
    await push(caller, {}, { payload: { ...base, message: { Content: 'hi' } } });
    await push(caller, { trace_id: traceId, result: 'changed' });
    await push(caller, verdict(traceId));

    await eventually(() => heard.length === 1, { withinMs: 20_000 });
    t.match(heard[0], { traceId, suggest: 'risky' }, 'and does not hold up the others');
    const inbox = await database.sql(
      "select event_id from inbox where consumer = 'wechat-ccs-media-verdict'",
    );
    t.equal(inbox.length, 2, 'the unreadable one is not taken as handled');
  },
);
