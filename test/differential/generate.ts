// A value that a schema takes, by chance: any field may come or not, any alternative, any text.
import { resolved, type Schema, typesOf } from '../sdk/jsonSchema.ts';
import type { Chance } from './chance.ts';

interface Generating {
  readonly root: Schema;
  readonly chance: Chance;
  /** Told of each field that is written: the schema node around it and its name. */
  readonly onField?: (owner: Schema, name: string) => void;
  /** How often each alternative was taken, so that rare ones come too. */
  readonly taken?: Map<Schema, number>;
}

/** Deeper, nothing stands that need not, so that schemas that hold themselves come to an end. */
const maxDepth = 9;

const texts = [
  ...[
    'Hi',
    'x',
    'say "hi"\\',
    'Grüße, 世界 😀',
    'two\nlines\tand a tab',
    'a '.repeat(60),
    '<|endoftext|>',
    '\u2028',
  ],
  ...['name_1', 'user@example.com', 'https://example.com/a.png', '{"a":[1]}', '0', 'null'],
];

export function generate(node: Schema, generating: Generating, name = '', depth = 0): unknown {
  const { root, chance } = generating;
  const schema = resolved(node, root) as Schema & { readonly examples?: readonly unknown[] };
  if (schema.examples !== undefined) {
    const isNull = typesOf(schema).includes('null') && chance.isLucky(0.1);
    return isNull ? null : structuredClone(chance.pick(schema.examples));
  }
  if (Object.hasOwn(schema, 'const')) return schema.const;
  if (schema.enum !== undefined) return chance.pick(schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) {
    const finite = depth > maxDepth ? branches.filter((branch) => isPlain(branch, root)) : branches;
    const branch = resolved(pickBranch(finite.length > 0 ? finite : branches, generating), root);
    return generate(hasBounds(schema) ? { ...branch, ...boundsOf(schema) } : branch, generating, name, depth);
  }
  const types = typesOf(schema);
  const type = types.length > 1 && chance.isLucky(0.85) ? types.filter((one) => one !== 'null') : types;
  return ofType(type.length === 0 ? 'any' : chance.pick(type), schema, generating, name, depth);
}

/** Every second time the one that was taken least. */
function pickBranch(branches: readonly Schema[], { chance, taken }: Generating): Schema {
  const count = (branch: Schema): number => taken?.get(branch) ?? 0;
  const rarest = branches.reduce((least, branch) => (count(branch) < count(least) ? branch : least));
  const picked = chance.isLucky(0.5) ? rarest : chance.pick(branches);
  taken?.set(picked, count(picked) + 1);
  return picked;
}

function ofType(type: string, schema: Schema, generating: Generating, name: string, depth: number): unknown {
  const { chance } = generating;
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return chance.isLucky(0.5);
    case 'string':
      return text(schema, chance, name);
    case 'number':
    case 'integer':
      return number(type, schema, chance);
    case 'array':
      return array(schema, generating, name, depth);
    case 'object':
      return object(schema, generating, depth);
    default:
      return free(chance, depth);
  }
}

const boundNames = ['minimum', 'maximum', 'minItems', 'maxItems', 'minLength', 'maxLength'] as const;

function hasBounds(schema: Schema): boolean {
  return boundNames.some((name) => schema[name] !== undefined);
}

function boundsOf(schema: Schema): Schema {
  return Object.fromEntries(
    boundNames.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]),
  );
}

/** Not what a fact's pattern says; those have examples. */
function text({ minLength = 0, maxLength = 1000 }: Schema, chance: Chance, name: string): string {
  if (/(?:url|uri)$/i.test(name)) return 'https://example.com/a.png';
  if (/data$|^b64/i.test(name)) return 'aGVsbG8gd29ybGQ=';
  if (/(?:^|_)id$|Id$/.test(name)) return `id_${chance.integer(1, 999)}`;
  const some = chance.pick(texts).slice(0, maxLength);
  return some.length < minLength ? some.padEnd(minLength, 'x') : some;
}

function number(
  type: string,
  { minimum = 0, maximum = Math.max(minimum, 0) + 1000 }: Schema,
  chance: Chance,
): number {
  if (chance.isLucky(0.1)) return minimum;
  if (chance.isLucky(0.1)) return maximum;
  if (type === 'integer') return chance.integer(Math.ceil(minimum), Math.floor(maximum));
  return Math.min(maximum, Math.round((minimum + chance.next() * (maximum - minimum)) * 100) / 100);
}

function array(schema: Schema, generating: Generating, name: string, depth: number): unknown[] {
  const { chance } = generating;
  const { items, minItems = 0, maxItems = 1000 } = schema;
  const wanted = depth > maxDepth ? 0 : chance.integer(0, depth > 4 ? 1 : 3);
  const length = Math.min(maxItems, Math.max(minItems, wanted));
  const item = typeof items === 'object' && !Array.isArray(items) ? (items as Schema) : {};
  return Array.from({ length }, () => generate(item, generating, name, depth + 1));
}

function object(schema: Schema, generating: Generating, depth: number): unknown {
  const { chance, onField } = generating;
  const { properties = {}, required = [], additionalProperties } = schema;
  const value: Record<string, unknown> = {};
  // Now and then all of them, or none that need not be.
  const share =
    depth > maxDepth ? 0 : chance.pick(depth === 0 ? [0, 0.1, 0.2, 0.3, 0.6] : [0, 0.2, 0.5, 0.9]);
  for (const [name, child] of Object.entries(properties)) {
    if (child === false || !(required.includes(name) || chance.isLucky(share))) continue;
    onField?.(schema, name);
    value[name] = generate(child === true ? {} : child, generating, name, depth + 1);
  }
  if (Object.keys(properties).length === 0 && typeof additionalProperties === 'object') {
    for (let count = depth > maxDepth ? 0 : chance.integer(0, 2); count > 0; count--) {
      value[`key_${count}`] = generate(additionalProperties, generating, '', depth + 1);
    }
  }
  return value;
}

/** Where a schema says nothing: any small JSON. */
function free(chance: Chance, depth: number): unknown {
  const leaves = [null, true, 1, -0.5, 'text', ''];
  const isLeaf = depth > 4 || chance.isLucky(0.5);
  return isLeaf ? chance.pick(leaves) : { [chance.pick(['a', 'type', 'ü'])]: [free(chance, depth + 3)] };
}

/** Whether nothing below refers to a definition. */
function isPlain(branch: Schema, root: Schema): boolean {
  const { properties, items, anyOf, oneOf } = resolved(branch, root);
  return properties === undefined && items === undefined && anyOf === undefined && oneOf === undefined;
}
