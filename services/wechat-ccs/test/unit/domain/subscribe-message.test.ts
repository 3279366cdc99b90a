import t from 'tap';
import {
  attribute,
  contentHashOf,
  fitMessage,
  grantEffect,
  outcomeOf,
  PENDING_MAX_MS,
  statusAt,
  type StoredMessage,
} from '../../../src/domain/subscribe-message.ts';

const NOW = Date.UTC(2026, 10, 20, 4);

const aMessage = (change: Partial<StoredMessage> = {}): StoredMessage => ({
  appId: 'wx-1',
  messageKey: 'key:1',
  attemptId: '1',
  openid: 'o-1',
  templateId: 'tmpl',
  contentHash: '',
  status: 'pending',
  errcode: null,
  field: null,
  msgId: null,
  hasGrant: true,
  startedAtMs: NOW,
  ...change,
});

const content = {
  openid: 'o-1',
  templateId: 'tmpl',
  page: null,
  data: { thing1: 'a', thing2: 'b' },
  state: 'formal',
  lang: 'zh_CN',
} as const;

t.test('a message that nobody can still be sending is of unknown outcome', (t) => {
  t.equal(statusAt(aMessage(), NOW + PENDING_MAX_MS), 'pending');
  t.equal(statusAt(aMessage(), NOW + PENDING_MAX_MS + 1), 'unknown');
  t.equal(statusAt(aMessage({ status: 'sent' }), NOW + PENDING_MAX_MS + 1), 'sent');
  t.end();
});

t.test('each errcode is told as what the caller can do about it', (t) => {
  const told = (change: Partial<StoredMessage>) => outcomeOf(aMessage(change), NOW);
  t.strictSame(told({ status: 'sent' }), { outcome: 'sent', errcode: 0, field: null });
  t.match(told({ status: 'refused', errcode: 43101 }), {
    outcome: 'not_subscribed',
    errcode: 43101,
  });
  t.match(told({ status: 'refused' }), { outcome: 'not_subscribed', errcode: null });
  t.match(told({ status: 'refused', errcode: 40003 }), { outcome: 'openid_invalid' });
  t.match(told({ status: 'refused', errcode: 47003, field: 'thing1' }), {
    outcome: 'rejected',
    field: 'thing1',
  });
  t.match(told({}), { outcome: 'unknown', errcode: null });
  t.match(told({ status: 'unknown' }), { outcome: 'unknown', errcode: null });
  t.end();
});

t.test('an authorisation is given back only when WeChat says that it was not used', (t) => {
  t.equal(grantEffect({ status: 'sent', msgId: null }), 'keep');
  t.equal(grantEffect({ status: 'unknown' }), 'keep');
  t.equal(grantEffect({ status: 'refused', errcode: 47003, field: null }), 'give_back');
  t.equal(grantEffect({ status: 'refused', errcode: 43101, field: null }), 'clear');
  t.end();
});

t.test('equal messages have equal hashes, however their data is ordered', (t) => {
  const hash = contentHashOf(content);
  t.equal(contentHashOf({ ...content, data: { thing2: 'b', thing1: 'a' } }), hash);
  t.not(contentHashOf({ ...content, data: { thing1: 'a', thing2: 'c' } }), hash);
  t.not(contentHashOf({ ...content, page: 'p' }), hash);
  t.not(contentHashOf({ ...content, openid: 'o-2' }), hash);
  t.end();
});

t.test('the first value that has no form is named', (t) => {
  t.match(fitMessage(content), { ok: true, message: content });
  t.match(fitMessage({ ...content, data: { thing1: 'a', date2: 'x' } }), {
    ok: false,
    field: 'data.date2',
  });
  t.end();
});

t.test('a delivery goes to its number, to a sent one without, then to an unknown one', (t) => {
  const to = (candidates: readonly StoredMessage[], msgId: string | null, atMs = NOW) => {
    const found = attribute(candidates, { msgId, atMs, nowMs: NOW });
    return found.kind === 'message' ? found.message.messageKey : found.kind;
  };
  const numbered = aMessage({ messageKey: 'numbered', status: 'sent', msgId: '7' });
  const sent = aMessage({ messageKey: 'sent', status: 'sent' });
  const unknown = aMessage({ messageKey: 'unknown', status: 'unknown' });
  const dead = aMessage({ messageKey: 'dead', startedAtMs: NOW - PENDING_MAX_MS - 1 });
  const later = aMessage({ messageKey: 'later', status: 'unknown', startedAtMs: NOW + 60_001 });

  t.equal(to([unknown, sent, numbered], '7'), 'numbered');
  t.equal(to([unknown, sent, numbered], '8'), 'sent');
  t.equal(to([dead, unknown, numbered], '8'), 'dead', 'the oldest');
  t.equal(to([unknown, aMessage()], '8'), 'later', 'one in flight may get this number');
  t.equal(to([numbered], '8'), 'elsewhere');
  t.equal(to([numbered], null), 'elsewhere');
  t.equal(to([later], '8'), 'elsewhere', 'it began after the delivery');
  t.equal(to([], '8'), 'elsewhere');
  t.end();
});
