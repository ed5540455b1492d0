// One fault in a valid request, of a kind that people and programs make.
import type { Chance } from './chance.ts';

export type Json = unknown;
type JsonObject = Record<string, Json>;

/** Faults within the body; what they make of it is refused by the SDK's schema, or it is no fault. */
export const bodyFaults = ['missing', 'type', 'unknown', 'misspelt', 'choice', 'range', 'elsewhere'] as const;
export type BodyFault = (typeof bodyFaults)[number];

interface Spot {
  readonly owner: JsonObject | Json[];
  readonly key: string | number;
}

export interface Spoiling {
  /** Fields of other endpoints. */
  readonly foreign: readonly string[];
  readonly isFault?: (before: Json, after: Json) => boolean;
}

/** Makes the fault in the value itself. @returns false when there is nothing to make it of. */
export function spoil(body: JsonObject, fault: BodyFault, spoiling: Spoiling, chance: Chance): boolean {
  const { foreign, isFault = () => true } = spoiling;
  const replace = (spot: Spot | null, by: (value: Json) => Json): boolean => {
    if (spot === null) return false;
    const [before, after] = [valueAt(spot), by(valueAt(spot))];
    (spot.owner as JsonObject)[spot.key] = after;
    return isFault(before, after);
  };
  switch (fault) {
    case 'missing':
      return remove(pickSpot(body, chance, ({ owner }) => !Array.isArray(owner)));
    case 'type':
      return replace(pickSpot(body, chance), (value) => chance.pick(otherTypes(value)));
    case 'unknown':
      return add(pickObject(body, chance), chance.pick(['zzz_unknown', 'xQuality', 'my-field', '__x']), 1);
    case 'misspelt':
      return rename(
        pickSpot(body, chance, ({ owner, key }) => !Array.isArray(owner) && String(key).length > 3),
        chance,
      );
    case 'choice': {
      const isText = ({ owner, key }: Spot): boolean => typeof valueAt({ owner, key }) === 'string';
      return replace(pickSpot(body, chance, isText), (value) =>
        chance.pick([`${value}x`, 'nonsense', '', 'AUTO']),
      );
    }
    case 'range': {
      const hasRange = (spot: Spot): boolean =>
        typeof valueAt(spot) === 'number' || Array.isArray(valueAt(spot));
      return replace(pickSpot(body, chance, hasRange), (value) =>
        Array.isArray(value)
          ? chance.pick([[], stretched(value)])
          : chance.pick([-1, 0, 1e7, -1e7, Number(value) + 0.5, 5]),
      );
    }
    case 'elsewhere': {
      const field = chance.pick(foreign);
      return !Object.hasOwn(body, field) && add(body, field, chance.pick(['x', 1, true, ['x']]));
    }
  }
}

function stretched(list: readonly Json[]): Json[] {
  return list.length === 0 ? [] : Array.from({ length: 130 }, () => list[0]);
}

function otherTypes(value: Json): Json[] {
  const others: Json[] = ['7', 7, true, null, {}, ['x'], [], { a: 1 }];
  const typeOf = (one: Json): string => (one === null ? 'null' : Array.isArray(one) ? 'array' : typeof one);
  return others.filter((one) => typeOf(one) !== typeOf(value));
}

function spotsOf(root: JsonObject): Spot[] {
  const spots: Spot[] = [];
  const open: (JsonObject | Json[])[] = [root];
  for (let owner = open.pop(); owner !== undefined; owner = open.pop()) {
    for (const key of Array.isArray(owner) ? owner.keys() : Object.keys(owner)) {
      const spot = { owner, key };
      spots.push(spot);
      const value = valueAt(spot);
      if (typeof value === 'object' && value !== null) open.push(value as JsonObject);
    }
  }
  return spots;
}

function valueAt({ owner, key }: Spot): Json {
  return (owner as JsonObject)[key];
}

/** At the top as often as anywhere below it. */
function pickSpot(
  body: JsonObject,
  chance: Chance,
  isFit: (spot: Spot) => boolean = () => true,
): Spot | null {
  const spots = spotsOf(body).filter(isFit);
  const top = spots.filter(({ owner }) => owner === body);
  const list = top.length > 0 && chance.isLucky(0.4) ? top : spots;
  return list.length === 0 ? null : chance.pick(list);
}

function pickObject(body: JsonObject, chance: Chance): JsonObject {
  const values = spotsOf(body).map(valueAt);
  const objects = values.filter(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  return chance.isLucky(0.4) || objects.length === 0 ? body : (chance.pick(objects) as JsonObject);
}

function remove(spot: Spot | null): boolean {
  if (spot === null) return false;
  delete (spot.owner as JsonObject)[spot.key];
  return true;
}

function add(owner: JsonObject, key: string, value: Json): boolean {
  owner[key] = value;
  return true;
}

/** In its place among the members, as a slip of the pen would be. */
function rename(spot: Spot | null, chance: Chance): boolean {
  if (spot === null || Array.isArray(spot.owner)) return false;
  const { owner } = spot;
  const name = String(spot.key);
  const slipped = slip(name, chance);
  if (slipped === name || Object.hasOwn(owner, slipped)) return false;
  const entries = Object.entries(owner);
  for (const [key] of entries) delete owner[key];
  for (const [key, value] of entries) owner[key === name ? slipped : key] = value;
  return true;
}

export function slip(name: string, chance: Chance): string {
  const at = chance.integer(0, name.length - 2);
  const slips = [
    name.slice(0, at) + name.slice(at + 1),
    name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2),
    name.slice(0, at) + name[at] + name.slice(at),
    name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    name.toUpperCase(),
    name.endsWith('s') ? name.slice(0, -1) : `${name}s`,
    name.replaceAll('_', '-'),
  ];
  return chance.pick(slips);
}

/** Faults of the text of a line: what they make of it is no JSON. */
export function breakJson(text: string, chance: Chance): string {
  const at = chance.integer(1, text.length - 1);
  const quote = text.indexOf('"', at) === -1 ? text.indexOf('"') : text.indexOf('"', at);
  const colon = text.indexOf(':', at) === -1 ? text.indexOf(':') : text.indexOf(':', at);
  return chance.pick([
    text.slice(0, at),
    `${text.slice(0, -1)},}`,
    `${text.slice(0, quote)}'${text.slice(quote + 1)}`,
    text.slice(0, quote) + text.slice(quote + 1),
    `${text.slice(0, colon)}${text.slice(colon + 1)}`,
    `${text.slice(0, colon + 1)}NaN,${text.slice(colon + 1)}`,
    `${text}}`,
    `${text}${text}`,
    `${text} // a comment`,
    `${text.slice(0, quote + 1)}\u0003${text.slice(quote + 1)}`,
    `\ufeff ${text}`,
    text.replaceAll('true', 'True').replace(':"', ':None,"'),
  ]);
}

/** What a parser hides: a name twice, half a character, a number that changes. The line stays JSON. */
export function hide(text: string, chance: Chance): string {
  return chance.pick([
    () => `${text.slice(0, -1)},${text.slice(1, text.indexOf(',"'))}}`,
    () => text.replace('":{"', (found) => `":{"twice":1,"twice":2,"${found.slice(4)}`),
    () => `${text.slice(0, -1)},"\\ud83d":1}`,
    () => `${text.slice(0, -1)},"number":12345678901234567890}`,
  ])();
}
