import { wechatCcs } from '@app/contracts';
import { eventually, testNamespace } from '@app/testing';
import t from 'tap';
import { migratedDatabase } from '../support/real-stores.ts';
import { PUSH_AES_KEY, PUSH_TOKEN, sealPush, signPush } from '../support/push-sealer.ts';
import { startSandbox, WXMP } from '../support/start-sandbox.ts';
import { startCaller, startService } from '../support/start-service.ts';

const { receivePush, verifyPushUrl } = wechatCcs.actions;
const { appId } = WXMP;
const { url } = await startSandbox(t);
const database = await migratedDatabase(t);
const namespace = testNamespace();
const lines: string[] = [];
const env = { WXMP_PUSH_TOKEN: PUSH_TOKEN, WXMP_PUSH_AES_KEY: PUSH_AES_KEY };
const start = () => startService(t, { namespace, database, wechatUrl: url, lines, env });
const hosts = await Promise.all([start(), start()]);
const { call } = await startCaller(t, namespace);

const aPush = (fields: object) => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const message = {
    FromUserName: 'o-anna',
    CreateTime: Number(timestamp),
    MsgType: 'text',
    ...fields,
  };
  const encrypt = sealPush(JSON.stringify(message), appId);
  return {
    method: 'POST',
    headers: {},
    query: {
      timestamp,
      nonce: 'n',
      encrypt_type: 'aes',
      msg_signature: signPush(PUSH_TOKEN, timestamp, 'n', encrypt),
    },
    body: Buffer.from(JSON.stringify({ Encrypt: encrypt })),
  };
};
const send = (raw: ReturnType<typeof aPush>, node = 0) =>
  call(receivePush, { appId }, { caller: { kind: 'callback' }, raw, nodeId: hosts[node]!.nodeId });
const factsOf = async (content: string) =>
  (await database.sql('select payload from outbox')).filter((row) =>
    String(row['payload']).includes(content),
  );

t.test('20 identical pushes at two nodes at once are one fact', async (t) => {
  const pushes = Array.from({ length: 20 }, () => aPush({ MsgId: 17, Content: 'twenty' }));

  const answers = await Promise.all(pushes.map((raw, index) => send(raw, index % 2)));

  for (const answer of answers) t.strictSame(answer, { status: 200, body: 'success' });
  t.equal((await factsOf('twenty')).length, 1);
});

t.test(
  'a push that could not be stored is no success, and counts when it comes again',
  async (t) => {
    const raw = aPush({ MsgId: 18, Content: 'later' });
    await database.sql('rename table outbox to outbox_away');

    const failed = await send(raw).then(
      () => 'answered',
      (error: unknown) => (error as { code?: string }).code,
    );
    await database.sql('rename table outbox_away to outbox');

    t.equal(failed, 'INTERNAL');
    t.strictSame(await send(raw), { status: 200, body: 'success' });
    t.equal((await factsOf('later')).length, 1);
  },
);

t.test('only the gateway may hand in a callback', async (t) => {
  await t.rejects(call(receivePush, { appId }), { code: 'CALLER_FORBIDDEN' });
  await t.rejects(call(verifyPushUrl, { appId }), { code: 'CALLER_FORBIDDEN' });
});

t.test('log lines tell app, type and outcome; neither user nor content nor secret', async (t) => {
  await send(aPush({ MsgId: 19, Content: 'quiet' }));
  await send({ ...aPush({ Content: 'quiet' }), body: Buffer.from('{"Encrypt":"x"}') });

  await eventually(() => {
    const all = lines.join('');
    t.ok(all.includes('push received') && all.includes('"outcome":"recorded"'));
    t.ok(all.includes('push refused') && all.includes('"outcome":"signature_wrong"'));
  });
  for (const word of ['o-anna', 'quiet', 'twenty', PUSH_TOKEN, PUSH_AES_KEY])
    t.notOk(lines.join('').includes(word), word);
});
