import { user } from '@app/contracts';
import { onHint, type HintSubscription } from '@app/runtime';

/** Every node hears every change, also the one that made it. */
export const onProfileChanged = (invalidate: (userId: string) => void): HintSubscription =>
  onHint(user.hints.profileChanged, ({ userId }) => {
    invalidate(userId);
  });
