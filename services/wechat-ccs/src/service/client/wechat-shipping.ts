import { toRfc3339, type DomainError } from '@app/kernel';
import type { ParcelInput, PaymentKey, ShippingInput } from '../../domain/shipping.ts';
import { shippingRefusalOf, type ShippingRefusal } from '../../domain/shipping-refusal.ts';
import type { WechatCall } from '../../domain/wechat-api.ts';
import { wechatCcsError } from '../../errors.ts';
import type { ApiCall, Shipping, WechatApi } from '../../service.ts';
import { deliveryModes, logisticsTypes, readCarriers, readOrder } from './shipping-answer.ts';
import { fieldsOf } from './wechat-answer.ts';
import { mayHaveHappened } from './wechat-exchange.ts';

type FailingRefusal = Exclude<ShippingRefusal['kind'], 'unchanged' | 'already_reminded'>;

const codes = {
  not_visible: 'WECHAT_ORDER_NOT_VISIBLE',
  done: 'WECHAT_SHIPPING_DONE',
  illegal_state: 'WECHAT_SHIPPING_ILLEGAL_STATE',
  other_user: 'WECHAT_ORDER_OF_OTHER_USER',
  invalid: 'WECHAT_SHIPPING_INVALID',
  busy: 'UPSTREAM_WECHAT_UNAVAILABLE',
} as const satisfies Readonly<Record<FailingRefusal, string>>;

const refusalError = (
  kind: FailingRefusal,
  message: string,
  data: Readonly<Record<string, unknown>>,
): DomainError => wechatCcsError(codes[kind], { message, data });

/** What is so already is `settled`; the rest is thrown with a code of its own. */
const onRefusal =
  <R>(call: WechatCall, settled: Partial<Readonly<Record<ShippingRefusal['kind'], R>>>) =>
  (errcode: number, rid: string): R | undefined => {
    const refusal = shippingRefusalOf(errcode);
    if (refusal === undefined) return undefined;
    const outcome = settled[refusal.kind];
    if (outcome !== undefined) return outcome;
    if (refusal.kind === 'unchanged' || refusal.kind === 'already_reminded') return undefined;
    const message = `WeChat answered ${errcode} to ${call}, rid ${rid}`;
    const data = refusal.kind === 'invalid' ? { errcode, field: refusal.field } : { errcode };
    throw refusalError(refusal.kind, message, data);
  };

const orderKeyOf = (payment: PaymentKey) =>
  'transactionId' in payment
    ? { order_number_type: 2, transaction_id: payment.transactionId }
    : { order_number_type: 1, mchid: payment.mchId, out_trade_no: payment.outTradeNo };

/** Queries name the same numbers differently. */
const orderIdOf = (payment: PaymentKey) =>
  'transactionId' in payment
    ? { transaction_id: payment.transactionId }
    : { merchant_id: payment.mchId, merchant_trade_no: payment.outTradeNo };

const contactOf = ({ consignorPhone, receiverPhone }: ParcelInput) =>
  consignorPhone === undefined && receiverPhone === undefined
    ? {}
    : {
        contact: {
          ...(consignorPhone === undefined ? {} : { consignor_contact: consignorPhone }),
          ...(receiverPhone === undefined ? {} : { receiver_contact: receiverPhone }),
        },
      };

const toUpload = ({ logistics, mode, isAllDelivered, parcels }: ShippingInput) => ({
  logistics_type: logisticsTypes[logistics],
  delivery_mode: deliveryModes[mode],
  ...(mode === 'split' ? { is_all_delivered: isAllDelivered } : {}),
  shipping_list: parcels.map((parcel) => ({
    ...(parcel.trackingNo === undefined ? {} : { tracking_no: parcel.trackingNo }),
    ...(parcel.carrier === undefined ? {} : { express_company: parcel.carrier }),
    item_desc: parcel.description,
    ...contactOf(parcel),
  })),
});

const isOk = ({ errcode }: Readonly<Record<string, unknown>>): boolean => errcode === 0;

/** Reference, section 9. */
export const createWechatShipping = (api: WechatApi): Shipping => {
  const post = <R>(
    appId: string,
    spec: Pick<ApiCall<R>, 'call' | 'path' | 'json' | 'read' | 'isRepeatable' | 'onRefusal'>,
  ): Promise<R> => api.call(appId, { method: 'POST', ...spec });

  return {
    async upload(appId, { payment, openid, shipping, uploadAtMs }) {
      const call = 'uploadShipping';
      try {
        return await post<'uploaded' | 'unchanged'>(appId, {
          call,
          path: '/wxa/sec/order/upload_shipping_info',
          json: {
            order_key: orderKeyOf(payment),
            ...toUpload(shipping),
            upload_time: toRfc3339(uploadAtMs),
            payer: { openid },
          },
          isRepeatable: false,
          read: fieldsOf((fields) => (isOk(fields) ? 'uploaded' : undefined)),
          onRefusal: onRefusal(call, { unchanged: 'unchanged' as const }),
        });
      } catch (error) {
        if (mayHaveHappened(error, call)) return { lost: error as Error };
        throw error;
      }
    },
    find: (appId, payment) =>
      post(appId, {
        call: 'findShipping',
        path: '/wxa/sec/order/get_order',
        json: orderIdOf(payment),
        isRepeatable: true,
        read: fieldsOf(readOrder),
        onRefusal: onRefusal<never>('findShipping', {}),
      }),
    // A repeat of what took effect is answered 10060030, so it does no harm.
    remindReceipt: (appId, payment, receivedAtMs) =>
      post<'reminded' | 'already_reminded'>(appId, {
        call: 'remindReceipt',
        path: '/wxa/sec/order/notify_confirm_receive',
        json: { ...orderIdOf(payment), received_time: Math.floor(receivedAtMs / 1000) },
        isRepeatable: true,
        read: fieldsOf((fields) => (isOk(fields) ? 'reminded' : undefined)),
        onRefusal: onRefusal('remindReceipt', { already_reminded: 'already_reminded' as const }),
      }),
    listCarriers: (appId) =>
      post(appId, {
        call: 'listCarriers',
        path: '/cgi-bin/express/delivery/open_msg/get_delivery_list',
        json: {},
        isRepeatable: true,
        read: fieldsOf(readCarriers),
      }),
    isTradeManaged: (appId) =>
      post(appId, {
        call: 'isTradeManaged',
        path: '/wxa/sec/order/is_trade_managed',
        json: { appid: appId },
        isRepeatable: true,
        read: fieldsOf(({ is_trade_managed: isManaged }) =>
          typeof isManaged === 'boolean' ? { isManaged } : undefined,
        ),
      }),
  };
};
