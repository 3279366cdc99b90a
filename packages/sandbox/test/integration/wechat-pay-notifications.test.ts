import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import {
  certificateOf,
  createPayFixture,
  isGenuine,
  MCHID,
  open,
  type Received,
  type SealedResource,
} from '../support/pay-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createPayFixture>>;

const until = async (condition: () => boolean): Promise<void> => {
  const giveUpAtMs = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > giveUpAtMs) throw new Error('it did not happen within ten seconds');
    await pause(5);
  }
};

const certificates = async ({ request }: Fixture) => {
  const { body } = await request('GET', '/v3/certificates');
  const data = body['data'] as { serial_no: string; encrypt_certificate: SealedResource }[];
  return new Map(data.map((one) => [one.serial_no, open(one.encrypt_certificate)]));
};

const contentOf = ({ text }: Received) => {
  const { resource } = JSON.parse(text) as { resource: SealedResource };
  return JSON.parse(open(resource)) as Record<string, unknown>;
};

const serialOf = ({ headers }: Received) => String(headers['wechatpay-serial']);

t.test('a payment is told once, signed and sealed', async (t) => {
  const fixture = await createPayFixture(t);
  const { paid, received, control } = fixture;
  await paid({ attach: 'box-7' });

  await until(() => received.length > 0);
  const [first] = received;
  const pem = (await certificates(fixture)).get(serialOf(first!));

  t.ok(isGenuine(first!.headers, first!.text, pem!), 'by the certificate that the serial names');
  t.match(certificateOf(pem!).subject, /Tenpay/);
  t.match(JSON.parse(first!.text), {
    event_type: 'TRANSACTION.SUCCESS',
    resource_type: 'encrypt-resource',
    resource: { original_type: 'transaction', associated_data: 'transaction' },
  });
  t.match(contentOf(first!), {
    mchid: MCHID,
    out_trade_no: 'ORDER00001',
    trade_state: 'SUCCESS',
    attach: 'box-7',
    amount: { total: 990 },
  });
  await until(() => fixture.sandbox.state.pay.notifier.list()[0]?.state === 'accepted');
  t.equal(received.length, 1);
  const { body } = await control('GET', '/payments');
  t.match(JSON.stringify(body), /"state":"accepted"/);
});

t.test(
  'what is not answered with 200 or 204 comes again by the schedule, then no more',
  async (t) => {
    const { paid, received, answers, advance, sandbox } = await createPayFixture(t);
    answers.status = 500;
    await paid();
    const { notifier } = sandbox.state.pay;
    const attempts = () => notifier.list()[0]!.attempts.length;
    await until(() => attempts() === 1);

    for (const seconds of [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600]) {
      const before = attempts();
      advance(seconds * 1000 - 1);
      notifier.wake();
      await pause(25);
      t.equal(attempts(), before, `not before ${seconds} s`);
      advance(1);
      await until(() => attempts() === before + 1);
    }
    for (const seconds of [10_800, 10_800, 10_800, 21_600, 21_600]) {
      const before = attempts();
      advance(seconds * 1000);
      await until(() => attempts() === before + 1);
    }

    t.equal(notifier.list()[0]!.state, 'given_up');
    t.equal(received.length, 16);
  },
);

t.test('paused notifications come when the pause ends', async (t) => {
  const { paid, received, settings } = await createPayFixture(t);
  await settings({ notificationsPaused: true });
  await paid();
  await pause(30);
  t.equal(received.length, 0);

  await settings({ notificationsPaused: false });

  await until(() => received.length === 1);
});

t.test('a refund is told when it is final', async (t) => {
  const { paid, refund, received, advance, settings } = await createPayFixture(t);
  await paid();
  await settings({ refundResult: 'ABNORMAL' });
  await refund();
  advance(1000);

  await until(() => received.length === 2);

  t.match(JSON.parse(received[1]!.text), { event_type: 'REFUND.ABNORMAL' });
  t.match(contentOf(received[1]!), { refund_status: 'ABNORMAL', amount: { refund: 300 } });
});

t.test('copies are tampered with as asked, and only those', async (t) => {
  const fixture = await createPayFixture(t);
  const { paid, received, control, sandbox, nowMs } = fixture;
  await paid();
  await until(() => received.length === 1);
  const { id } = sandbox.state.pay.notifier.list()[0]!;
  const pems = await certificates(fixture);
  const copy = async (tamper?: string): Promise<Received> => {
    await control('POST', `/notifications/${id}/copies`, tamper === undefined ? {} : { tamper });
    return received.at(-1)!;
  };
  const pemOf = (one: Received) => pems.get(serialOf(one)) ?? [...pems.values()][0]!;
  const genuine = (one: Received) => isGenuine(one.headers, one.text, pemOf(one));

  t.ok(genuine(await copy()));
  for (const tamper of ['body', 'signature', 'probe', 'ciphertext'])
    t.notOk(genuine(await copy(tamper)), tamper);
  t.notOk(pems.has(serialOf(await copy('serial'))));
  const stale = await copy('timestamp');
  t.ok(Math.floor(nowMs() / 1000) - Number(stale.headers['wechatpay-timestamp']) > 300);
});

t.test(
  'the public key signs for those who ask for it, and by and by notifications too',
  async (t) => {
    const { request, control, settings, paid, received, sandbox } = await createPayFixture(t);
    const { body } = await control('GET', '/merchants');
    const [merchant] = body as unknown as { publicKey: { id: string; pem: string } }[];
    const { id, pem } = merchant!.publicKey;
    const path = `/v3/pay/transactions/out-trade-no/NOBODY?mchid=${MCHID}`;

    const asked = await request('GET', path, undefined, { headers: { 'wechatpay-serial': id } });
    const usual = await request('GET', path);
    await settings({ notifyKey: 'public_key', certificates: 'none' });
    await paid();
    await until(() => received.length === 1);

    t.match(id, /^PUB_KEY_ID_\d+$/);
    t.equal(asked.headers['wechatpay-serial'], id);
    t.ok(isGenuine(asked.headers, asked.text, pem), 'errors are signed as well');
    t.equal(usual.headers['wechatpay-serial'], sandbox.state.pay.certificates(MCHID)[0]!.serial);
    t.equal(serialOf(received[0]!), id);
    t.ok(isGenuine(received[0]!.headers, received[0]!.text, pem));
    t.match(await request('GET', '/v3/certificates'), { status: 404 });
  },
);

t.test(
  'a rotation leaves the old certificate beside the new one, which signs from then on',
  async (t) => {
    const fixture = await createPayFixture(t);
    const [old] = [...(await certificates(fixture)).keys()];

    const { body } = await fixture.control('POST', `/merchants/${MCHID}/certificates`);

    t.same([...(await certificates(fixture)).keys()], [old, body['serial']]);
    const answer = await fixture.request('GET', '/v3/certificates');
    t.equal(answer.headers['wechatpay-serial'], body['serial']);
  },
);

t.test('faults strike Pay in its own form', async (t) => {
  const { sandbox, query, paid } = await createPayFixture(t);
  await paid();
  sandbox.state.faults.add({
    match: { path: '/v3/pay/*' },
    fault: { errcode: 'SYSTEM_ERROR' },
    times: 1,
  });
  sandbox.state.faults.add({ match: { path: '/v3/pay/*' }, fault: { corrupt: true }, times: 1 });

  t.match(await query(), { status: 500, body: { code: 'SYSTEM_ERROR' } });
  t.same((await query()).body, {}, 'half of the JSON');
  t.match((await query()).body, { trade_state: 'SUCCESS' });
});
