/**
 * On every answer. The API serves no documents, so the policy forbids everything; `/docs` replaces
 * it with its own. Answers hold personal data: nobody between here and the client may keep them.
 */
export const securityHeaders: readonly string[] = [
  'X-Content-Type-Options',
  'nosniff',
  'X-Frame-Options',
  'DENY',
  'Referrer-Policy',
  'no-referrer',
  'Cache-Control',
  'no-store',
];

export const API_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Scripts and styles of this origin only; swagger-ui sets style attributes and data: icons. */
export const DOCS_CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
