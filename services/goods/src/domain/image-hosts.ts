import type { FieldProblem } from './field-problem.ts';

/** `img.example.com` or `*.example.com` (any depth below). */
const fits = (host: string, allowed: string): boolean =>
  allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed;

const hostOf = (url: string): string | undefined => {
  const parsed = URL.parse(url);
  const isPlain = parsed?.protocol === 'https:' && parsed.username === '' && parsed.port === '';
  return isPlain ? parsed.hostname : undefined;
};

/** Pictures are loaded by every shopper's phone: only from where the shop puts them. */
export const imageProblems = (
  images: readonly string[],
  allowedHosts: readonly string[],
): readonly FieldProblem[] =>
  images.flatMap((url, index) => {
    const host = hostOf(url);
    if (host !== undefined && allowedHosts.some((allowed) => fits(host, allowed))) return [];
    return [
      {
        field: `images[${index}]`,
        zh: '图片必须是允许域名下的 https 地址',
        en: 'must be an https URL of an allowed host',
      },
    ];
  });
