import { wechatCcs, type ParamsOf } from '@app/contracts';
import { createOutbox } from '@app/mysql';
import { createTestHost, testNamespace } from '@app/testing';
import type { Test } from 'tap';
import { migratedDatabase, openDatabase } from './real-stores.ts';
import { startSandbox, WXMP } from './start-sandbox.ts';
import { startCaller, startService } from './start-service.ts';

const { countSubscribeGrants } = wechatCcs.actions;
const { appId } = WXMP;

export type Message = ParamsOf<typeof wechatCcs.actions.sendSubscribeMessage>;

export const TEMPLATE = 'template-shipped';
export const SEND_PATH = '/cgi-bin/message/subscribe/send';

/**
 * Nodes of the service, WeChat, and users who accept popups. Breakers stay open for a while, so tests
 * with faults take a node each; the second one waits 1.5 s for an answer.
 */
export const startSubscribeSuite = async (t: Test) => {
  const { sandbox, url, wechat, faults } = await startSandbox(t);
  const database = await migratedDatabase(t);
  const namespace = testNamespace();
  const lines: string[] = [];
  const startNode = (env: Record<string, string> = {}) =>
    startService(t, { namespace, database, wechatUrl: url, lines, env });
  const hosts = await Promise.all([
    startNode(),
    startNode({ WX_TIMEOUT_MS: '1500' }),
    startNode(),
    startNode(),
  ]);
  const { call } = await startCaller(t, namespace);
  const db = await openDatabase(t, database);
  const outbox = createOutbox(
    db,
    await createTestHost({ service: 'wechat-ccs', namespace, scope: t }),
  );
  let serial = 0;

  /** Calls one node and no other. */
  const callNode =
    (index: number): typeof call =>
    (action, params, options) =>
      call(action, params, { ...options, nodeId: hosts[index]!.nodeId });

  /** A user of the app who accepted so many popups at WeChat, and a message to them. */
  const fresh = (times = 1) => {
    sandbox.state.faults.clear();
    serial += 1;
    const openid = `o-user-${serial}`;
    wechat.issueLoginCode({ openid });
    wechat.subscribe.defineTemplate(appId, { templateId: TEMPLATE, keys: null, options: {} });
    wechat.subscribe.grant(appId, openid, TEMPLATE, times);
    const message = (change: Partial<Message> = {}): Message => ({
      openid,
      templateId: TEMPLATE,
      page: 'pages/order/detail?no=1',
      data: { thing1: '盲盒 A', amount2: '19.90元' },
      messageKey: `shipped:${openid}`,
      ...change,
    });
    return { openid, message, delivered: () => wechat.subscribe.delivered(openid) };
  };

  const rowOf = async (messageKey: string) => {
    const [row] = await database.sql('select * from subscribe_message where message_key = ?', [
      messageKey,
    ]);
    return row;
  };

  /** What the message push makes of an event of WeChat. */
  const push = (openid: string, event: string, message: object, createdAtMs = Date.now()) =>
    db.transaction((tx) =>
      outbox.add(tx, wechatCcs.facts.messagePushed, {
        appId,
        openid,
        msgType: 'event',
        event,
        createdAtMs,
        message: { ...message },
      }),
    );

  const popup = (openid: string, status = 'accept') =>
    push(openid, 'subscribe_msg_popup_event', {
      List: [{ TemplateId: TEMPLATE, SubscribeStatusString: status, PopupScene: '0' }],
    });

  const remaining = async (openid: string) => {
    const { grants } = await call(countSubscribeGrants, { openid, templateIds: [TEMPLATE] });
    return grants[0]!.remaining;
  };

  return {
    call,
    callNode,
    database,
    faults,
    fresh,
    lines,
    popup,
    push,
    remaining,
    rowOf,
    wechat,
  };
};
