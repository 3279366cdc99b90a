import { CommandError } from '../say.ts';

/** One name in every form the house style needs. */
export interface Names {
  /** `gift-card`: folder, moleculer name, queue prefix. */
  readonly kebab: string;
  /** `giftCard`: exports. */
  readonly camel: string;
  /** `GiftCard`: types and `createX`. */
  readonly pascal: string;
  /** `gift_card`: schema and tables. */
  readonly snake: string;
  /** `GIFT_CARD`: error codes and environment keys. */
  readonly upper: string;
}

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const CAMEL = /^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$/;
const NAME_MAX = 24;

const fromKebab = (kebab: string): Names => {
  const words = kebab.split('-');
  const pascal = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
  return {
    kebab,
    camel: `${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}`,
    pascal,
    snake: words.join('_'),
    upper: words.join('_').toUpperCase(),
  };
};

/** A service's name: kebab-case. */
export const serviceNamesOf = (name: string): Names => {
  if (!KEBAB.test(name) || name.length > NAME_MAX)
    throw new CommandError(
      `"${name}" is not a service name: kebab-case, at most ${NAME_MAX} characters, such as gift-card`,
      2,
    );
  return fromKebab(name);
};

/** An action's, fact's or queue's name: camelCase. */
export const memberNamesOf = (name: string, example: string): Names => {
  if (!CAMEL.test(name) || name.length > 40)
    throw new CommandError(`"${name}" must be camelCase, such as ${example}`, 2);
  return fromKebab(name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
};
