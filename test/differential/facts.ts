// What types cannot say of a request and the documentation does: ranges, lengths, patterns; written into the SDK's schema.
import { resolved, type Schema, typesOf } from '../sdk/jsonSchema.ts';

/** Takes the place of the keywords of that name; `examples` are what the generator writes there. */
export type Fact = Omit<Schema, 'examples'> & { readonly examples?: readonly unknown[] };

/**
 * By place: a definition's name, "/" and the steps within it, such as `FunctionDefinition/name` or `/messages` of the request
 * itself; `[]` is any item, `*` any member of a map, and a member that several alternatives have is meant in all of them;
 * `**` is any object. False: never written.
 */
export type Facts = Readonly<Record<string, Fact | false>>;

type Draft = { -readonly [key in keyof Fact]: Fact[key] };

/** Throws for a place that the SDK does not have (any more). */
export function withFacts(schema: Schema, facts: Facts): Schema {
  const whole = structuredClone(schema) as Draft;
  const root = resolved(whole as Schema, whole as Schema) as Draft;
  for (const [place, fact] of Object.entries(facts)) {
    const [name = '', ...steps] = place.split('/');
    if (name === '**') {
      if (putEverywhere(steps[0] ?? '', fact || {}, whole) === 0) throw new Error(`the SDK has no ${place}`);
      continue;
    }
    const start = name === '' ? root : (whole.definitions?.[name] as Draft | undefined);
    if (start === undefined) throw new Error(`the SDK has no ${name}`);
    if (steps.length === 0) {
      if (fact !== false) Object.assign(start, fact);
    } else if (put(start, steps, fact, whole as Schema) === 0) {
      throw new Error(`the SDK has no ${place}`);
    }
  }
  return whole as Schema;
}

/**
 * JSON knows numbers alone, and so do the SDKs: those of every other name are whole.
 * @param fractions names of members.
 */
export function withWholeNumbers(schema: Schema, fractions: ReadonlySet<string>): Schema {
  const whole = structuredClone(schema);
  const open: { readonly node: unknown; readonly name: string }[] = [{ node: whole, name: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, name } = next;
    if (typeof node !== 'object' || node === null) continue;
    const draft = node as Draft;
    if (!Array.isArray(node) && typesOf(draft).includes('number') && !fractions.has(name)) {
      const types = typesOf(draft).map((type) => (type === 'number' ? 'integer' : type));
      draft.type = types.length === 1 ? (types[0] ?? '') : types;
    }
    for (const [key, child] of Object.entries(node)) {
      if (key === 'enum' || key === 'required') continue;
      const isNaming = key === 'properties' || key === 'definitions';
      if (!isNaming) open.push({ node: child, name });
      else for (const [named, one] of Object.entries(child)) open.push({ node: one, name: named });
    }
  }
  return whole;
}

/** @returns how many members of the name it found. */
function putEverywhere(name: string, fact: Fact, whole: Draft): number {
  let found = 0;
  const open: unknown[] = [whole];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    const { properties } = node as Draft;
    const child = properties?.[name];
    if (typeof child === 'object') {
      Object.assign(child, fact);
      found++;
    }
    open.push(...Object.values(node));
  }
  return found;
}

/** @returns how many places it found. */
function put(
  node: Draft,
  [step = '', ...rest]: readonly string[],
  fact: Fact | false,
  whole: Schema,
): number {
  let found = 0;
  const branches = node.anyOf?.map((branch) => own(branch, whole));
  if (branches !== undefined) {
    node.anyOf = branches as Schema[];
    for (const branch of branches) found += put(branch, [step, ...rest], fact, whole);
  }
  if (step === '[]') {
    if (typeof node.items !== 'object' || Array.isArray(node.items)) return found;
    const items = own(node.items as Schema, whole);
    node.items = items;
    return found + finish(items, rest, fact, whole);
  }
  if (step === '*') {
    if (typeof node.additionalProperties !== 'object') return found;
    const others = own(node.additionalProperties, whole);
    node.additionalProperties = others;
    return found + finish(others, rest, fact, whole);
  }
  const child = node.properties?.[step];
  if (typeof child !== 'object') return found;
  if (fact === false && rest.length === 0) {
    const { [step]: _, ...others } = node.properties ?? {};
    node.properties = others;
    return found + 1;
  }
  const mine = own(child, whole);
  node.properties = { ...node.properties, [step]: mine };
  return found + finish(mine, rest, fact, whole);
}

function finish(node: Draft, rest: readonly string[], fact: Fact | false, whole: Schema): number {
  if (rest.length > 0) return put(node, rest, fact, whole);
  if (fact !== false) {
    const keepsNull = typesOf(node).includes('null') && typeof fact.type === 'string';
    Object.assign(node, fact, keepsNull ? { type: [fact.type, 'null'] } : {});
  }
  return 1;
}

/** A copy, so that other places with the same definition stay as they are. */
function own(node: Schema, whole: Schema): Draft {
  return node.$ref === undefined ? (node as Draft) : (structuredClone(resolved(node, whole)) as Draft);
}
