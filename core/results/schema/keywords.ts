// What each keyword of JSON Schema asks of a value. One that is written wrongly asks nothing: the request was taken with it.
import { isObject, type JsonObject } from '../../json/members.ts';
import type { Judge, Misfit, Place } from './fit.ts';
import { isEqual } from './isEqual.ts';
import { matches } from './matches.ts';
import { objectKeywords } from './objectKeywords.ts';

/** What a keyword judges. */
export interface Use {
  /** That the keyword stands in. */
  readonly schema: JsonObject;
  readonly value: unknown;
  readonly at: Place;
  readonly judge: Judge;
}

/** @param asked the keyword's own value. */
export type Keyword = (asked: unknown, use: Use) => Misfit | null;

/** Characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function isType(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === type;
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    default:
      return true;
  }
}

const articles: Readonly<Record<string, string>> = { null: 'null', integer: 'a whole number' };

function typeWords(types: readonly unknown[]): string {
  const words = types.map(
    (type) => articles[String(type)] ?? `${/^[aeio]/.test(String(type)) ? 'an' : 'a'} ${type}`,
  );
  return words.join(' or ');
}

/** A bound on a number that `measure` makes of the value; null: the keyword has nothing to say of it. */
function bound(
  measure: (value: unknown) => number | null,
  holds: (measured: number, asked: number) => boolean,
  words: (asked: number) => string,
): Keyword {
  return (asked, { value, at, judge }) => {
    if (typeof asked !== 'number' || Number.isNaN(asked)) return null;
    const measured = measure(value);
    // Characters and members are counted one by one.
    if (measured !== null && typeof value !== 'number') judge.spend(measured / 20);
    return measured === null || holds(measured, asked) ? null : { path: at, why: words(asked) };
  };
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const characters = (value: unknown): number | null => (typeof value === 'string' ? lengthOf(value) : null);
const items = (value: unknown): number | null => (Array.isArray(value) ? value.length : null);
const members = (value: unknown): number | null => (isObject(value) ? Object.keys(value).length : null);
const most = (measured: number, asked: number): boolean => measured <= asked;
const least = (measured: number, asked: number): boolean => measured >= asked;

/** 19.99 is a multiple of 0.01, whatever binary fractions make of it. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return of <= 0 || Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times));
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** How many of several schemas it fits. */
function fitting(asked: unknown, { value, at, judge }: Use, enough: number): number {
  let count = 0;
  for (const one of list(asked)) {
    if (judge.check(one, value, at) === null && ++count >= enough) break;
  }
  return count;
}

function firstOf(checks: Iterable<Misfit | null>): Misfit | null {
  for (const misfit of checks) if (misfit !== null) return misfit;
  return null;
}

export const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  [
    'type',
    (asked, { schema, value, at }) => {
      if (typeof asked === 'string' && isType(asked, value)) return null;
      const types = Array.isArray(asked) ? asked : [asked];
      if (types.some((type) => isType(type, value)) || (value === null && schema.nullable === true))
        return null;
      return { path: at, why: `must be ${typeWords(types)}` };
    },
  ],
  [
    'enum',
    (asked, { value, at, judge }) => {
      if (!Array.isArray(asked) || asked.some((one) => isEqual(one, value, judge))) return null;
      return { path: at, why: 'must be one of the values that are allowed' };
    },
  ],
  [
    'const',
    (asked, { value, at, judge }) =>
      isEqual(asked, value, judge) ? null : { path: at, why: 'must be the one value that is allowed' },
  ],
  ['minimum', bound(number, least, (asked) => `must be ${asked} or more`)],
  ['maximum', bound(number, most, (asked) => `must be ${asked} or less`)],
  [
    'exclusiveMinimum',
    bound(
      number,
      (value, asked) => value > asked,
      (asked) => `must be more than ${asked}`,
    ),
  ],
  [
    'exclusiveMaximum',
    bound(
      number,
      (value, asked) => value < asked,
      (asked) => `must be less than ${asked}`,
    ),
  ],
  ['multipleOf', bound(number, isMultiple, (asked) => `must be a multiple of ${asked}`)],
  ['minLength', bound(characters, least, (asked) => `must have ${asked} characters or more`)],
  ['maxLength', bound(characters, most, (asked) => `must have ${asked} characters or less`)],
  ['minItems', bound(items, least, (asked) => `must have ${asked} items or more`)],
  ['maxItems', bound(items, most, (asked) => `must have ${asked} items or less`)],
  ['minProperties', bound(members, least, (asked) => `must have ${asked} members or more`)],
  ['maxProperties', bound(members, most, (asked) => `must have ${asked} members or less`)],
  [
    'pattern',
    (asked, { value, at, judge }) => {
      if (typeof asked !== 'string' || typeof value !== 'string') return null;
      return matches(asked, value, judge) === false
        ? { path: at, why: 'must match the pattern of its schema' }
        : null;
    },
  ],
  ['allOf', (asked, { value, at, judge }) => firstOf(list(asked).map((one) => judge.check(one, value, at)))],
  [
    'anyOf',
    (asked, use) => {
      const forms = list(asked);
      if (forms.length === 0) return null;
      // Of one form, or one beside null, its own misfit says more.
      const telling = forms.filter((one) => !isObject(one) || one.type !== 'null');
      if (telling.length === 1) {
        const hasNull = telling.length < forms.length;
        return hasNull && use.value === null ? null : use.judge.check(telling[0], use.value, use.at);
      }
      return fitting(asked, use, 1) > 0
        ? null
        : { path: use.at, why: 'must have one of the forms that are allowed' };
    },
  ],
  [
    'oneOf',
    (asked, use) => {
      if (list(asked).length === 0) return null;
      const count = use.judge.surely(() => fitting(asked, use, 2));
      const why =
        count === 0
          ? 'must have one of the forms that are allowed'
          : 'must have one form alone, and has several';
      return count === 1 ? null : { path: use.at, why };
    },
  ],
  [
    'not',
    (asked, { value, at, judge }) =>
      judge.surely(() => judge.check(asked, value, at)) === null
        ? { path: at, why: 'must not have the form that is excluded' }
        : null,
  ],
  [
    'if',
    (asked, { schema, value, at, judge }) => {
      const branch = judge.surely(() => judge.check(asked, value, at)) === null ? 'then' : 'else';
      return Object.hasOwn(schema, branch) ? judge.check(schema[branch], value, at) : null;
    },
  ],
  ...objectKeywords,
]);
