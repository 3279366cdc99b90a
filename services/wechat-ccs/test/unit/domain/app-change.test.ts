import t from 'tap';
import {
  changedApp,
  changedFields,
  needsTrial,
  secretAfter,
} from '../../../src/domain/app-change.ts';
import { mergeApps, type BaseApp } from '../../../src/domain/app-registry.ts';
import { aStoredApp } from '../../contract/app-repository.contract.ts';

const base: BaseApp = {
  appId: 'wx-1',
  kind: 'mini_program',
  tokenKind: 'stable',
  secret: 'secret-of-the-environment',
};
const stored = mergeApps([base], [aStoredApp({ version: 7 })]).get('wx-1')!;
const ofEnvironment = mergeApps([base], []).get('wx-1')!;
const unreadable = mergeApps([base], [aStoredApp({ secret: null, isUnreadable: true })]).get(
  'wx-1',
)!;

t.test('only what is sent is changed, and the version grows by one', async (t) => {
  t.strictSame(changedApp(stored, { name: 'new' }), aStoredApp({ name: 'new', version: 8 }));
});

t.test('push settings are kept, replaced, or taken away with null', async (t) => {
  t.strictSame(changedApp(stored, { pushToken: 'other', encodingAesKey: null }).push, {
    token: 'other',
    encodingAesKey: null,
  });
});

t.test('overriding the environment without a secret leaves the secret to it', async (t) => {
  const next = changedApp(ofEnvironment, { isEnabled: false });

  t.match(next, { secret: null, isEnabled: false, version: 1 });
  t.equal(secretAfter(ofEnvironment, {}), base.secret);
});

t.test('what does not open must be sent again, or it would be erased', async (t) => {
  t.equal(secretAfter(unreadable, { name: 'x' }), null);
  t.equal(secretAfter(unreadable, { secret: 'a-new-one' }), 'a-new-one');
});

t.test('WeChat is asked about secrets, token kinds and enabling, and nothing else', async (t) => {
  const disabled = { ...stored, isEnabled: false };

  t.ok(needsTrial(stored, { secret: 'a-new-one' }));
  t.ok(needsTrial(stored, { tokenKind: 'classic' }));
  t.ok(needsTrial(disabled, { isEnabled: true }));
  t.notOk(needsTrial(stored, { tokenKind: 'stable', isEnabled: true, name: 'x', pushToken: null }));
  t.notOk(needsTrial(stored, { isEnabled: false }));
});

t.test('the log names fields, never values', async (t) => {
  t.strictSame(changedFields({ secret: 'a-new-one', name: 'x', isEnabled: undefined }), [
    'name',
    'secret',
  ]);
});
