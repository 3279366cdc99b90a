import t from 'tap';
import { inInsertOrder, unknownKeys } from '../../../src/domain/identity.ts';
import { anIdentity } from '../../support/builders.ts';

t.test('keys are inserted in one order however they were asked, each once', async (t) => {
  const [a, b] = [anIdentity({ subject: 'oA' }), anIdentity({ subject: 'oB' })];

  t.same(inInsertOrder([b, a, b]), [a, b]);
  t.same(inInsertOrder([a, b]), [a, b]);
});

t.test('the same subject in another app is another identity', async (t) => {
  const here = anIdentity({ realm: 'wxA', subject: 'oX' });
  const there = anIdentity({ realm: 'wxB', subject: 'oX' });

  t.same(unknownKeys([here, there], [here]), [there]);
});
