import { user } from '@app/contracts';
import type { Caller } from '@app/runtime';
import { eventually, startMariadb } from '@app/testing';
import t from 'tap';
import { anIdentity } from '../support/builders.ts';
import { createSuite } from '../support/user-node.ts';

t.test('while MySQL is away the service says so, and it needs nobody to recover', async (t) => {
  const server = await startMariadb({ scope: t });
  const suite = await createSuite(t, server);
  const node = await suite.startNode();
  const neighbour = await suite.startNeighbour();
  const keys = [anIdentity()];
  const signIn = () => neighbour.call(user.actions.findOrCreateByIdentity, { keys });
  const { profile } = await eventually(signIn);
  const caller: Caller = { kind: 'user', userId: profile.id, sessionId: profile.id };
  const update = (bio: string) => neighbour.call(user.actions.updateMe, { bio }, { caller });
  await update('before');

  await server.down('SIGKILL');

  await t.rejects(update('lost'), { code: 'SERVICE_UNAVAILABLE', kind: 'unavailable' });
  t.equal((await node.readiness()).ok, false);
  await server.up();
  await eventually(() => update('after'), { withinMs: 10_000 });
  t.equal((await neighbour.call(user.actions.getMe, {}, { caller })).bio, 'after');
  t.equal((await signIn()).isNew, false);
});
