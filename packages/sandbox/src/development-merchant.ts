import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DevelopmentMerchant {
  readonly mchid: string;
  readonly appids: readonly string[];
  readonly apiV3Key: string;
  readonly serialNo: string;
}

export interface MerchantFiles {
  /** `apiclient_key.pem`, for the service that signs as the merchant. */
  readonly privateKeyPath: string;
  /** For `SANDBOX_WECHAT_PAY_MERCHANTS_FILE`. */
  readonly merchantsFile: string;
}

/**
 * What a merchant gets from the console, for a suite in development: a key pair of which the
 * service has the private half and the sandbox the public one. Keys that exist are kept.
 */
export const ensureMerchantFiles = (
  folder: string,
  merchant: DevelopmentMerchant,
): MerchantFiles => {
  const privateKeyPath = join(folder, 'apiclient_key.pem');
  const publicKeyPath = join(folder, 'apiclient_public_key.pem');
  const merchantsFile = join(folder, 'merchants.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(privateKeyPath) || !existsSync(publicKeyPath)) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    writeFileSync(publicKeyPath, publicKey);
    writeFileSync(privateKeyPath, privateKey, { mode: 0o600 });
  }
  const publicKey = readFileSync(publicKeyPath, 'utf8');
  writeFileSync(merchantsFile, JSON.stringify([{ ...merchant, publicKey }]), { mode: 0o600 });
  return { privateKeyPath, merchantsFile };
};
