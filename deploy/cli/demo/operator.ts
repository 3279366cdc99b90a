import { randomBytes, randomUUID } from 'node:crypto';
import type { AdminLogin, SkuView } from '@app/contracts';
import { ask } from '../ask.ts';
import type { Step, Suite } from './narrator.ts';

const USERNAME = 'demo.operator';
const SHELF = 100;

/** What the operator of the mall does in the demo. */
export interface MallOperator {
  fillShelf(sku: Pick<SkuView, 'id' | 'name'>): Promise<void>;
  ship(orderNo: string): Promise<void>;
  approve(orderNo: string, refundNo: string, returned: readonly object[]): Promise<void>;
  leave(): Promise<void>;
}

/** The admin of the demo: made at the first run, given a new password at every other one. */
const prepareAdmin = async (step: Step, { gatewayUrl, internalKey }: Suite): Promise<string> => {
  const password = randomBytes(18).toString('base64url');
  const admins = '/internal/v1/admins';
  const made = await ask('POST', gatewayUrl + admins, {
    ...{ internalKey, body: { username: USERNAME, password } },
  });
  if (made.body.type === 'ADMIN_USERNAME_TAKEN')
    await step(
      'Whoever runs the machine gives the admin of the demo a new password.',
      'POST',
      `${admins}/${USERNAME}/password`,
      { isInternal: true, body: { password }, show: () => `for ${USERNAME}` },
    );
  return password;
};

export const startOperator = async (step: Step, suite: Suite): Promise<MallOperator> => {
  const password = await prepareAdmin(step, suite);
  const { accessToken: token } = await step<AdminLogin>(
    'An operator of the mall signs in; ./make.sh admin create makes such admins.',
    'POST',
    '/admin/v1/auth/login',
    {
      body: { username: USERNAME, password },
      show: ({ admin }) =>
        `${admin.username}, ${admin.roles.map(({ name }) => name).join(', ')}: ${admin.actions.length} action marks`,
    },
  );
  const orders = '/admin/v1/orders';
  return {
    async fillShelf({ id, name }) {
      await step(
        `The operator counts what is on the shelf: ${name}.`,
        'PUT',
        `/admin/v1/stock/${id}`,
        {
          ...{ token, body: { onHand: SHELF, reason: 'demo' } },
          show: ({ onHand, available }: { onHand: number; available: number }) =>
            `${onHand} on hand, ${available} to be sold`,
        },
      );
    },
    async ship(orderNo) {
      await step('The parcel is on its way.', 'POST', `${orders}/${orderNo}/ship`, {
        ...{ token, body: { carrier: 'SF', trackingNo: `SF${Date.now()}` } },
        show: ({ status, shipment }: { status: string; shipment: { trackingNo: string } }) =>
          `${status}, ${shipment.trackingNo}`,
      });
    },
    async approve(orderNo, refundNo, returned) {
      await step(
        returned.length === 0
          ? 'The operator agrees.'
          : 'The operator agrees, and has one piece back that can be sold again.',
        'POST',
        `${orders}/${orderNo}/refunds/${refundNo}/approve`,
        { token, idempotencyKey: randomUUID(), body: { returned } },
      );
    },
    async leave() {
      await step('The operator signs out.', 'POST', '/admin/v1/auth/logout', { token });
    },
  };
};
