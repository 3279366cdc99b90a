import { auth } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { createSuite } from '../support/auth-suite.ts';

t.test('without user and wechat-ccs nobody signs in and nothing is left behind', async (t) => {
  const suite = await createSuite(t);
  await suite.startNode();
  const { host } = await suite.startGateway();
  await eventually(() => host.call(auth.actions.listRevocations, { sinceMs: 0 }));
  const login = () =>
    host.call(auth.actions.loginWithWechat, { code: 'code-oA-1' }, { caller: { kind: 'public' } });

  await t.rejects(login(), { code: 'SERVICE_UNAVAILABLE', kind: 'unavailable' });

  const [row] = await suite.database.sql('select count(*) as sessions from session');
  t.equal(row?.['sessions'], 0);
  await suite.startNeighbours();
  await eventually(login);
});
