// What keywords of JSON Schema ask of the parts of a value: items of a list, members of an object.
import { isObject } from '../../json/members.ts';
import type { Misfit } from './fit.ts';
import { isEqual } from './isEqual.ts';
import type { Keyword, Use } from './keywords.ts';
import { matches } from './matches.ts';

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Each item from one on. */
function eachItem(asked: unknown, { value, at, judge }: Use, from: number): Misfit | null {
  const items = list(value);
  for (let step = from; step < items.length; step++) {
    const misfit = judge.check(asked, items[step], { parent: at, step });
    if (misfit !== null) return misfit;
  }
  return null;
}

/** Items by their place: draft 7 says `items: […]`, later ones `prefixItems`. */
function tuple(asked: unknown, { value, at, judge }: Use): Misfit | null {
  for (const [step, item] of list(value).slice(0, list(asked).length).entries()) {
    const misfit = judge.check(list(asked)[step], item, { parent: at, step });
    if (misfit !== null) return misfit;
  }
  return null;
}

/** Whether `properties` or `patternProperties` speak of a member; a pattern that cannot be tried may. */
function isNamed({ schema, judge }: Use, name: string): boolean {
  const { properties, patternProperties } = schema;
  if (isObject(properties) && Object.hasOwn(properties, name)) return true;
  return (
    isObject(patternProperties) &&
    Object.keys(patternProperties).some((pattern) => matches(pattern, name, judge) !== false)
  );
}

function missing({ value, at }: Use, names: readonly unknown[]): Misfit | null {
  if (!isObject(value)) return null;
  for (const name of names) {
    if (typeof name === 'string' && !Object.hasOwn(value, name)) {
      return { path: { parent: at, step: name }, why: 'is missing' };
    }
  }
  return null;
}

/** For each member that the keyword speaks of and the value has. */
function eachDependent(
  asked: unknown,
  { value }: Use,
  ask: (needed: unknown) => Misfit | null,
): Misfit | null {
  if (!isObject(asked) || !isObject(value)) return null;
  for (const [name, needed] of Object.entries(asked)) {
    const misfit = Object.hasOwn(value, name) ? ask(needed) : null;
    if (misfit !== null) return misfit;
  }
  return null;
}

function dependencies(asked: unknown, use: Use): Misfit | null {
  return eachDependent(asked, use, (needed) =>
    Array.isArray(needed) ? missing(use, needed) : use.judge.check(needed, use.value, use.at),
  );
}

/** For each member of the value: its schema, or undefined where the keyword does not speak of it. */
function eachMember({ value, at, judge }: Use, schemaOf: (name: string) => unknown): Misfit | null {
  if (!isObject(value)) return null;
  const steps = Object.keys(value);
  judge.spend(steps.length / 10);
  for (const step of steps) {
    const schema = schemaOf(step);
    const misfit = schema === undefined ? null : judge.check(schema, value[step], { parent: at, step });
    if (misfit !== null) return misfit;
  }
  return null;
}

export const objectKeywords: readonly (readonly [string, Keyword])[] = [
  [
    'items',
    (asked, use) =>
      Array.isArray(asked) ? tuple(asked, use) : eachItem(asked, use, list(use.schema.prefixItems).length),
  ],
  ['prefixItems', tuple],
  [
    'additionalItems',
    (asked, use) => (Array.isArray(use.schema.items) ? eachItem(asked, use, use.schema.items.length) : null),
  ],
  [
    'uniqueItems',
    (asked, { value, at, judge }) => {
      const items = asked === true ? list(value) : [];
      for (const [step, item] of items.entries()) {
        if (items.slice(0, step).some((other) => isEqual(item, other, judge))) {
          return { path: { parent: at, step }, why: 'must not be there twice' };
        }
      }
      return null;
    },
  ],
  [
    'contains',
    (asked, { schema, value, at, judge }) => {
      if (!Array.isArray(value)) return null;
      const fitting = judge.surely(() =>
        value.filter((item, step) => judge.check(asked, item, { parent: at, step }) === null),
      );
      const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = schema;
      const isWithin = fitting.length >= Number(minContains) && fitting.length <= Number(maxContains);
      return isWithin ? null : { path: at, why: 'must have as many items of one form as its schema says' };
    },
  ],
  ['required', (asked, use) => missing(use, list(asked))],
  [
    'properties',
    (asked, use) => {
      if (!isObject(asked)) return null;
      return eachMember(use, (name) => (Object.hasOwn(asked, name) ? asked[name] : undefined));
    },
  ],
  [
    'patternProperties',
    (asked, use) => {
      if (!isObject(asked)) return null;
      for (const [pattern, schema] of Object.entries(asked)) {
        const misfit = eachMember(use, (name) =>
          matches(pattern, name, use.judge) === true ? schema : undefined,
        );
        if (misfit !== null) return misfit;
      }
      return null;
    },
  ],
  [
    'additionalProperties',
    (asked, use) => {
      if (asked === true) return null;
      const misfit = eachMember(use, (name) => (isNamed(use, name) ? undefined : asked));
      return misfit !== null && asked === false
        ? { ...misfit, why: 'is a member that its schema does not have' }
        : misfit;
    },
  ],
  [
    'propertyNames',
    (asked, { value, at, judge }) => {
      for (const step of isObject(value) ? Object.keys(value) : []) {
        if (judge.check(asked, step, null) !== null) {
          return { path: { parent: at, step }, why: 'has a name that its schema does not allow' };
        }
      }
      return null;
    },
  ],
  ['dependencies', dependencies],
  ['dependentSchemas', dependencies],
  ['dependentRequired', (asked, use) => eachDependent(asked, use, (needed) => missing(use, list(needed)))],
];
