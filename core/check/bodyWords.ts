// How a place in a body, and what may stand there, are said to a person.
import { formatCount } from '../figures.ts';
import { clip } from './clip.ts';
import { kindOf } from './envelope.ts';

/** `messages[0].content`, as one would write it in code; `body` for the whole. */
export function nameOf(steps: readonly string[]): string {
  if (steps.length === 0) return 'body';
  return steps
    .map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : index === 0 ? clip(step) : `.${clip(step)}`))
    .join('');
}

const typeWords: Readonly<Record<string, readonly string[]>> = {
  array: ['an array'],
  object: ['an object'],
  integer: ['a whole number'],
  null: ['null'],
  string: ['a string'],
  number: ['a number'],
  boolean: ['true', 'false'],
};

/** "must be a whole number or null, not a string". @param types JSON Schema's `type` */
export function typeMismatch(types: unknown, value: unknown): string {
  const list: readonly unknown[] = Array.isArray(types) ? types : [types];
  const wanted = list.flatMap((type) => typeWords[String(type)] ?? [String(type)]);
  const isFraction = typeof value === 'number' && Number.isFinite(value) && list.includes('integer');
  return `must be ${joinWith('or', wanted)}, not ${isFraction ? 'a fraction' : kindOf(value)}`;
}

const shownValues = 9;

/** `"low", "high" or null`. */
export function oneOf(values: readonly unknown[]): string {
  const list = values.map((value) => JSON.stringify(value));
  return list.length > shownValues
    ? `one of ${list.slice(0, shownValues).join(', ')} …`
    : joinWith('or', list);
}

export function joinWith(word: 'and' | 'or', list: readonly string[]): string {
  return list.length < 2 ? (list[0] ?? '') : `${list.slice(0, -1).join(', ')} ${word} ${list.at(-1)}`;
}

/** "must be at most 2", for the keywords that bound something; null for any other. */
export function boundWords(keyword: string, bound: unknown): string | null {
  const limit = typeof bound === 'number' ? formatCount(bound) : String(bound);
  switch (keyword) {
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}`;
    case 'minItems':
      return bound === 1 ? 'must not be empty' : `must have at least ${limit} items`;
    case 'maxItems':
      return `must have at most ${limit} items`;
    case 'minLength':
      return bound === 1 ? 'must not be empty' : `must have at least ${limit} characters`;
    case 'maxLength':
      return `must have at most ${limit} characters`;
    case 'minProperties':
      return `must have at least ${limit} members`;
    case 'maxProperties':
      return `must have at most ${limit} members`;
    default:
      return null;
  }
}
