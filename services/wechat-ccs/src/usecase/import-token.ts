import { toRfc3339, type Clock } from '@app/kernel';
import {
  acceptForeign,
  importProblem,
  refusedImport,
  type ImportProblem,
} from '../domain/imported-token.ts';
import { wechatCcsError } from '../errors.ts';
import type { AppRegistry } from '../repository.ts';
import type { AdminJournal, TokenCheck, TokenImporter } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly registry: Pick<AppRegistry, 'read'>;
  readonly check: TokenCheck;
  readonly importer: TokenImporter;
  readonly journal: AdminJournal;
  readonly clock: Clock;
}

const refused = (problem: ImportProblem) =>
  wechatCcsError('WECHAT_TOKEN_IMPORT_REFUSED', { data: { errors: [problem] } });

export const createImportToken =
  ({ registry, check, importer, journal, clock }: Deps): Usecases['importToken'] =>
  async ({ appId, accessToken, tokenKind, expiresAt }, { adminId }) => {
    // Disabled ones too: enabled, it would fetch a token before there is one to import.
    const app = await registry.read(appId);
    if (app === undefined) throw wechatCcsError('WECHAT_APP_UNKNOWN', { data: { appId } });
    const foreign = { text: accessToken, tokenKind, expiresAtMs: Date.parse(expiresAt) };
    const nowMs = clock.nowMs();
    const problem = importProblem(foreign, app.tokenKind, nowMs);
    if (problem !== undefined) throw refused(problem);
    if (!(await check.isAccepted(accessToken))) throw refused(refusedImport);
    const { version, expiresAtMs } = await importer.take(appId, acceptForeign(foreign, nowMs));
    journal.wrote(adminId, 'import-token', appId, { version });
    return { version, expiresAt: toRfc3339(expiresAtMs) };
  };
