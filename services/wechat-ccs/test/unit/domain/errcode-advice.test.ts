import t from 'tap';
import { adviceFor, fieldOfErrcode } from '../../../src/domain/errcode-advice.ts';

t.test('40164 names the address to whitelist when WeChat named it', async (t) => {
  t.match(adviceFor(40164, '203.0.113.7', 'en'), /add 203\.0\.113\.7$/);
  t.match(adviceFor(40164, '203.0.113.7', 'zh-CN'), /白名单 中添加 203\.0\.113\.7$/);
  t.match(adviceFor(40164, null, 'en'), /our egress address/);
});

t.test('every errcode has something to do, and a field to mend', async (t) => {
  t.match(adviceFor(40125, null, 'en'), /AppSecret is wrong/);
  t.match(adviceFor(99999, null, 'en'), /runbook/);
  t.match(adviceFor(null, null, 'en'), /cannot be reached/);
  t.equal(fieldOfErrcode(40013), 'appId');
  t.equal(fieldOfErrcode(40125), 'secret');
});
