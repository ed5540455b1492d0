// Google's APIs read JSON as protocol buffers do: a name in camelCase or snake_case, a number in quotes, one item for a list.
// This makes the one form of it that schemas, rules and counts know, and keeps the way back to what stands in the line.
import type { JsonPath } from '../json/skim.ts';
import type { JsonObject } from './parts.ts';

/** What protocol buffers would hold at a place, read from a JSON Schema whose objects are messages. */
type Shape =
  /** Of fixed fields, by either of their names. */
  | { readonly kind: 'message'; readonly fields: Map<string, Field> }
  | { readonly kind: 'map'; readonly values: Shape }
  | { readonly kind: 'list'; readonly items: Shape }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'number' | 'text' | 'flag' }
  /** Any JSON, kept as it is. */
  | { readonly kind: 'any'; readonly isObject: boolean };

interface Field {
  readonly name: string;
  /** Null: the same in both styles. */
  readonly snakeName: string | null;
  readonly shape: Shape;
}

export interface ProtoShape {
  readonly root: Shape;
  /** Every field that the two styles write differently, by its name in camelCase. */
  readonly snakeNames: ReadonlyMap<string, string>;
}

/** How a body was written; paths are those of the body as it stands in the line. */
export interface Written {
  readonly raw: JsonObject;
  /** Names that tell the style, as they stand there; and where the first of each is. */
  readonly snake: ReadonlyMap<string, JsonPath>;
  readonly camel: ReadonlyMap<string, JsonPath>;
  /** Fields that stand there under both names: the second of them. */
  readonly twice: readonly JsonPath[];
  /** Names of enums in other letters than Google's, with the right ones. */
  readonly otherCase: readonly { readonly path: JsonPath; readonly value: string }[];
  /** Where it nests deeper than is read. */
  readonly tooDeep: JsonPath | null;
  readonly shape: ProtoShape;
}

export interface ReadBody {
  /** In camelCase, lists as lists, without nulls; the same object where it was so already. */
  readonly body: JsonObject;
  readonly written: Written;
}

/** protobuf's own reader stops there (`ParseOptions::kDefaultDepth`, protobuf 27). */
export const deepestMessage = 100;

/** A line with more is told of these. */
const mostNoted = 10;

interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

export function protoShapeOf(schema: object): ProtoShape {
  const root = schema as SchemaNode;
  const known = new Map<SchemaNode, Shape>();
  const snakeNames = new Map<string, string>();
  const shapeOf = (node: SchemaNode): Shape => {
    if (node.$ref !== undefined) return shapeOf(root.definitions?.[node.$ref.split('/').at(-1) ?? ''] ?? {});
    const found = known.get(node);
    if (found !== undefined) return found;
    if (node.properties !== undefined) return messageOf(node, node.properties);
    const shape = simpleShape(node, shapeOf);
    known.set(node, shape);
    return shape;
  };
  const messageOf = (node: SchemaNode, properties: Readonly<Record<string, SchemaNode>>): Shape => {
    const fields = new Map<string, Field>();
    const shape: Shape = { kind: 'message', fields };
    // Before its fields, for a schema may hold itself.
    known.set(node, shape);
    for (const [name, property] of Object.entries(properties)) {
      const snake = snakeOf(name);
      const field = { name, snakeName: snake === name ? null : snake, shape: shapeOf(property) };
      fields.set(name, field);
      if (snake === name) continue;
      fields.set(snake, field);
      snakeNames.set(name, snake);
    }
    return shape;
  };
  return { root: shapeOf(root), snakeNames };
}

function simpleShape(node: SchemaNode, shapeOf: (node: SchemaNode) => Shape): Shape {
  if (node.enum !== undefined) return { kind: 'enum', values: node.enum.map(String) };
  switch (node.type) {
    case 'array':
      return { kind: 'list', items: shapeOf(node.items ?? {}) };
    case 'integer':
    case 'number':
      return { kind: 'number' };
    case 'string':
      return { kind: 'text' };
    case 'boolean':
      return { kind: 'flag' };
    case 'object':
      return typeof node.additionalProperties === 'object'
        ? { kind: 'map', values: shapeOf(node.additionalProperties) }
        : { kind: 'any', isObject: true };
    default:
      return { kind: 'any', isObject: false };
  }
}

/** As protocol buffers name it: `topP` is `top_p`. */
export function snakeOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** One walk over what the schema knows; what stands in strings and in free JSON costs nothing. */
export function readProto(raw: JsonObject, shape: ProtoShape): ReadBody {
  const reader = new Reader();
  const body = reader.read(raw, shape.root) as JsonObject;
  const { snake, camel, twice, otherCase, tooDeep } = reader;
  return { body, written: { raw, snake, camel, twice, otherCase, tooDeep, shape } };
}

class Reader {
  readonly snake = new Map<string, JsonPath>();
  readonly camel = new Map<string, JsonPath>();
  readonly twice: JsonPath[] = [];
  readonly otherCase: { readonly path: JsonPath; readonly value: string }[] = [];
  tooDeep: JsonPath | null = null;
  readonly #path: (string | number)[] = [];

  read(value: unknown, shape: Shape): unknown {
    switch (shape.kind) {
      case 'message':
        return this.#container(value, () => this.#message(value as JsonObject, shape.fields));
      case 'map':
        return this.#container(value, () => this.#map(value as JsonObject, shape.values));
      case 'list':
        return this.#list(value, shape.items);
      case 'enum':
        return this.#enumValue(value, shape.values);
      case 'number':
        return typeof value === 'string' && isNumeral(value) ? Number(value) : value;
      default:
        return value;
    }
  }

  #container(value: unknown, read: () => unknown): unknown {
    if (!isObject(value)) return value;
    if (this.#path.length < deepestMessage) return read();
    this.tooDeep ??= [...this.#path];
    return {};
  }

  #message(value: JsonObject, fields: ReadonlyMap<string, Field>): JsonObject {
    const members: [string, unknown][] = [];
    let changed = false;
    for (const key of Object.keys(value)) {
      const field = fields.get(key);
      const member = value[key];
      if (field === undefined) {
        members.push([key, member]);
        continue;
      }
      this.#path.push(key);
      this.#noteName(key, field, value);
      if (member === null && field.shape.kind !== 'any') {
        changed = true;
      } else {
        const read = this.read(member, field.shape);
        changed ||= read !== member || key !== field.name;
        members.push([field.name, read]);
      }
      this.#path.pop();
    }
    return changed ? Object.fromEntries(members) : value;
  }

  #noteName(key: string, { name, snakeName }: Field, owner: JsonObject): void {
    if (snakeName === null) return;
    const names = key === name ? this.camel : this.snake;
    if (!names.has(key)) names.set(key, [...this.#path]);
    const isSecond = key === snakeName ? Object.hasOwn(owner, name) : false;
    if (isSecond && this.twice.length < mostNoted) this.twice.push([...this.#path]);
  }

  #map(value: JsonObject, shape: Shape): JsonObject {
    let changed = false;
    const members = Object.keys(value).map((key): [string, unknown] => {
      this.#path.push(key);
      const read = this.read(value[key], shape);
      changed ||= read !== value[key];
      this.#path.pop();
      return [key, read];
    });
    return changed ? Object.fromEntries(members) : value;
  }

  #list(value: unknown, items: Shape): unknown {
    if (!Array.isArray(value)) return canStandFor(value, items) ? [this.read(value, items)] : value;
    let copy: unknown[] | null = null;
    for (let index = 0; index < value.length; index++) {
      this.#path.push(index);
      const read = this.read(value[index], items);
      this.#path.pop();
      if (read === value[index]) continue;
      copy ??= [...value];
      copy[index] = read;
    }
    return copy ?? value;
  }

  /** By its number too, as serialisers of protocol buffers write it; the schema has the values in that order. */
  #enumValue(value: unknown, values: readonly string[]): unknown {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) {
      return values[value] ?? values.at(-1);
    }
    if (typeof value !== 'string' || value.length > longestName || values.includes(value)) return value;
    const folded = value.toUpperCase();
    const meant = values.find((one) => one.toUpperCase() === folded);
    if (meant === undefined) return value;
    if (this.otherCase.length < mostNoted) this.otherCase.push({ path: [...this.#path], value: meant });
    return meant;
  }
}

const longestName = 64;
const longestNumeral = 32;

function isNumeral(text: string): boolean {
  return text.length <= longestNumeral && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text);
}

/** One item in place of a list of it, which Google's readers take (protobuf's `allow_legacy_syntax`). */
function canStandFor(value: unknown, items: Shape): boolean {
  switch (items.kind) {
    case 'message':
    case 'map':
      return isObject(value);
    case 'text':
    case 'enum':
      return typeof value === 'string';
    case 'any':
      return items.isObject && isObject(value);
    default:
      return typeof value === 'number';
  }
}

/** Steps of the one form, as steps through what stands in the line. */
export function writtenPath({ raw, shape: { root } }: Written, path: JsonPath): JsonPath {
  const steps: (string | number)[] = [];
  let value: unknown = raw;
  let shape: Shape | null = root;
  for (const step of path) {
    if (shape?.kind === 'list') {
      shape = shape.items;
      // A list of one may stand there as its item.
      if (!Array.isArray(value)) continue;
    } else if (shape?.kind === 'message') {
      const field: Field | undefined = shape.fields.get(String(step));
      shape = field?.shape ?? null;
      if (field !== undefined && isObject(value)) {
        const key = keyOf(field, value);
        steps.push(key);
        value = ownMember(value, key);
        continue;
      }
    } else shape = shape?.kind === 'map' ? shape.values : null;
    steps.push(step);
    value = ownMember(value, step);
  }
  return steps;
}

/** Of both names the later, which is what the one form has. */
function keyOf({ name, snakeName }: Field, owner: JsonObject): string {
  if (snakeName === null || !Object.hasOwn(owner, snakeName)) return name;
  if (!Object.hasOwn(owner, name)) return snakeName;
  return Object.keys(owner).findLast((key) => key === name || key === snakeName) ?? name;
}

function ownMember(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

/** A field of the one form, in the style of this body. */
export function nameAsWritten({ snake, camel, shape }: Written, name: string): string {
  const snakeName = shape.snakeNames.get(name);
  if (snakeName === undefined || camel.has(name)) return name;
  return snake.has(snakeName) || snake.size > camel.size ? snakeName : name;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
