import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The parts of a compose file that the checks look at. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: {
    readonly dockerfile?: string;
    readonly args?: Readonly<Record<string, string>>;
  };
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string | number | boolean>>;
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: unknown };
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>;
  readonly deploy?: {
    readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } };
  };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
}

/** Reads with merge keys (`<<: *anchor`), as Docker does. Throws what the parser says, with the file's name. */
export const readComposeFile = (path: string): ComposeFile => {
  const text = readFileSync(path, 'utf8');
  const file = parse(text, { merge: true, logLevel: 'error' }) as ComposeFile | null;
  if (file === null || typeof file.services !== 'object')
    throw new Error(`${path} has no services`);
  return file;
};

export interface Variable {
  readonly name: string;
  /** `:?` required · `:-` with a default · neither: empty when unset. */
  readonly kind: 'required' | 'default' | 'bare';
}

/** Every `${NAME…}` of a text; `$$` is an escaped dollar. */
export const variablesOf = (text: string): readonly Variable[] =>
  [...text.matchAll(/(?<!\$)\$\{([A-Z][A-Z0-9_]*)(:?[?-])?[^}]*\}/g)].map((match) => {
    const operator = match[2] ?? '';
    const kind = operator.endsWith('?') ? 'required' : operator.endsWith('-') ? 'default' : 'bare';
    return { name: match[1] ?? '', kind };
  });

const SECRET = /(PASS|SECRET|KEYS?|TOKEN)$/;

export const isSecretName = (name: string): boolean => SECRET.test(name);
