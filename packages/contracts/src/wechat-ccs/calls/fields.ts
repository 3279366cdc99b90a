import { Type } from '@sinclair/typebox';
import { AppId } from '../shared.ts';

/** The mini program a call is about; left out, the default one. */
export const MiniProgram = Type.Optional(AppId);

const literals = <T extends string>(...values: T[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));

export const EnvVersion = literals('release', 'trial', 'develop');

/** What a piece of content is: WeChat judges a profile more strictly than a log. */
export const ContentScene = literals('profile', 'comment', 'forum', 'social_log');

export const Suggest = literals('pass', 'review', 'risky');

export const MediaType = literals('audio', 'image');

export const ContentLabel = Type.Integer({
  description:
    '100 normal, 10001 advertising, 20001 politics, 20002 pornography, 20003 abuse, 20006 crime, 20008 fraud, 20012 vulgar, 20013 copyright, 21000 other',
});

/** `query` of links: what WeChat lets through unescaped, and escapes. */
export const LinkQuery = Type.String({
  pattern: "^[0-9A-Za-z!#$&'()*+,/:;=?@\\-._~%]*$",
  maxLength: 1024,
  examples: ['id=42&from=share'],
});
