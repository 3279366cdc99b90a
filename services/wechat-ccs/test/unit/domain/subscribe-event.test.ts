import t from 'tap';
import { readSubscribeEvent } from '../../../src/domain/subscribe-event.ts';

const AT = 1_700_000_000_000;
const entry = { TemplateId: 'tmpl-1', SubscribeStatusString: 'accept', PopupScene: '0' };
const popup = (message: object) =>
  readSubscribeEvent('subscribe_msg_popup_event', { ...message }, AT).grants;

t.test('one answered popup is read in every shape it is sent in', (t) => {
  const expected = [{ kind: 'accepted', templateId: 'tmpl-1', atMs: AT }];
  const shapes = [
    { Event: 'subscribe_msg_popup_event', List: [entry] },
    { List: entry },
    { SubscribeMsgPopupEvent: { List: entry } },
    { SubscribeMsgPopupEvent: { List: [entry] } },
    { SubscribeMsgPopupEvent: [{ List: entry }] },
    { SubscribeMsgPopupEvent: [entry] },
  ];
  for (const shape of shapes) t.strictSame(popup(shape), expected, JSON.stringify(shape));
  t.end();
});

t.test('a list gives each of its templates, accepted or not', (t) => {
  const list = [entry, { TemplateId: 'tmpl-2', SubscribeStatusString: 'reject' }, entry];
  t.strictSame(
    popup({ List: list }).map(({ kind, templateId }) => [kind, templateId]),
    [
      ['accepted', 'tmpl-1'],
      ['rejected', 'tmpl-2'],
      ['accepted', 'tmpl-1'],
    ],
  );
  t.end();
});

t.test('switching off ends authorisations, switching on gives none', (t) => {
  const change = (status: string) =>
    readSubscribeEvent(
      'subscribe_msg_change_event',
      { List: [{ TemplateId: 'tmpl-1', SubscribeStatusString: status }] },
      AT,
    ).grants;

  t.match(change('reject'), [{ kind: 'switched_off' }]);
  t.strictSame(change('accept'), []);
  t.end();
});

t.test('deliveries keep their number as text, and their result as a number', (t) => {
  const sent = (fields: object) =>
    readSubscribeEvent(
      'subscribe_msg_sent_event',
      { SubscribeMsgSentEvent: { List: { TemplateId: 'tmpl-1', ...fields } } },
      AT,
    ).deliveries;

  t.strictSame(sent({ MsgID: '1700827132819554304', ErrorCode: '0', ErrorStatus: 'success' }), [
    { templateId: 'tmpl-1', msgId: '1700827132819554304', errcode: 0 },
  ]);
  t.match(sent({ MsgID: 42, ErrorCode: 1 }), [{ msgId: '42', errcode: 1 }]);
  t.match(sent({ ErrorCode: 0 }), [{ msgId: null }]);
  t.strictSame(sent({ MsgID: '42' }), [], 'without a result it tells nothing');
  t.strictSame(sent({ MsgID: '42', ErrorCode: 'no' }), []);
  t.end();
});

t.test('what is something else, or garbage, tells nothing and does no harm', (t) => {
  const nothing = { grants: [], deliveries: [] };
  t.strictSame(readSubscribeEvent('user_enter_tempsession', { List: [entry] }, AT), nothing);
  t.strictSame(readSubscribeEvent(null, { List: [entry] }, AT), nothing);
  for (const message of [
    {},
    { List: null },
    { List: 'x' },
    { List: [1, null, []] },
    { List: [{ ...entry, TemplateId: '' }] },
    { List: [{ ...entry, TemplateId: 'no template id' }] },
    { List: [{ ...entry, SubscribeStatusString: 'ban' }] },
    { Other: { List: [entry] } },
    { List: { List: { List: { List: { List: { List: entry } } } } } },
  ]) {
    t.strictSame(popup(message), [], JSON.stringify(message));
  }
  t.end();
});
