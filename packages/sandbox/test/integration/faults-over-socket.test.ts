import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { createSandbox } from '../../src/index.ts';
import { MP } from '../support/fixture.ts';

const start = async (t: Test) => {
  const sandbox = createSandbox({ wechatApps: [MP] });
  t.teardown(() => sandbox.close());
  const url = await sandbox.listen();
  const loginUrl = (code: string) =>
    `${url}/sns/jscode2session?appid=${MP.appid}&secret=${MP.secret}&js_code=${code}&grant_type=authorization_code`;
  const login = async (code: string) =>
    (await (await fetch(loginUrl(code))).json()) as Record<string, unknown>;
  return { sandbox, url, login, loginUrl };
};

t.test('drop closes the connection after the effect, or before it when told so', async (t) => {
  const { sandbox, login } = await start(t);
  const [first, second] = [1, 2].map(() => sandbox.state.wechat.issueLoginCode().code);
  sandbox.state.faults.add({ match: {}, fault: { drop: true }, times: 1 });
  sandbox.state.faults.add({ match: {}, fault: { drop: true, when: 'before' }, times: 1 });

  await t.rejects(login(first!));
  await t.rejects(login(second!));

  t.match(await login(first!), { errcode: 40029 }, 'the effect had taken place');
  t.ok('openid' in (await login(second!)), 'nothing had happened');
});

t.test('delay holds the answer back for that long, by real time', async (t) => {
  const { sandbox, login } = await start(t);
  const { code } = sandbox.state.wechat.issueLoginCode();
  sandbox.state.faults.add({ match: {}, fault: { delayMs: 120 }, times: 1 });

  const startedAt = performance.now();
  const body = await login(code);

  t.ok(performance.now() - startedAt >= 119);
  t.ok('openid' in body);
});

t.test('a caller who gives up during a delay has caused the effect all the same', async (t) => {
  const { sandbox, login, loginUrl } = await start(t);
  const { code } = sandbox.state.wechat.issueLoginCode();
  sandbox.state.faults.add({ match: {}, fault: { delayMs: 60_000 }, times: 1 });

  await t.rejects(fetch(loginUrl(code), { signal: AbortSignal.timeout(50) }));

  t.match(await login(code), { errcode: 40029 });
});

t.test('closing does not wait for delayed answers', async (t) => {
  const { sandbox, login } = await start(t);
  sandbox.state.faults.add({ match: {}, fault: { delayMs: 60_000 } });
  const pending = login('x').catch((error: unknown) => error);

  const startedAt = performance.now();
  await sandbox.close();
  await pending;

  t.ok(performance.now() - startedAt < 5000);
});

t.test('a truncated answer arrives as a whole HTTP message with half of the JSON', async (t) => {
  const { sandbox, url, loginUrl } = await start(t);
  const { code } = sandbox.state.wechat.issueLoginCode();
  sandbox.state.faults.add({ match: {}, fault: { corrupt: 'truncated' }, times: 1 });

  const response = await fetch(loginUrl(code));
  const text = await response.text();

  t.equal(Number(response.headers.get('content-length')), text.length);
  t.throws(() => JSON.parse(text));
  t.ok(url.startsWith('http://127.0.0.1:'));
});

t.test('a body with a form content type is read as the JSON it is not', async (t) => {
  const { url } = await start(t);

  const response = await fetch(`${url}/cgi-bin/stable_token`, {
    method: 'POST',
    body: new URLSearchParams({ appid: MP.appid }),
  });

  t.match(await response.json(), { errcode: 47001 });
});

t.test('the sandbox survives a client that sends half a request and leaves', async (t) => {
  const { url, login } = await start(t);
  const { port } = new URL(url);

  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(
        'POST /cgi-bin/stable_token HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"a"',
      );
      socket.destroy();
    });
    socket.on('close', () => resolve());
  });

  t.match(await login('x'), { errcode: 40029 });
});
