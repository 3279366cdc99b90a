import type { AppDirectory } from '../repository.ts';
import type { PhoneCodes } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly apps: AppDirectory;
  readonly phoneCodes: PhoneCodes;
}

export const createExchangePhoneCode =
  ({ apps, phoneCodes }: Deps): Usecases['exchangePhoneCode'] =>
  ({ appId: wantedAppId, code }) =>
    phoneCodes.exchange(apps.getMiniProgram(wantedAppId).appId, code);
