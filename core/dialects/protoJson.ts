// Google's APIs read JSON as protocol buffers do: a name in camelCase or snake_case, a number in quotes, one item for a list.
// This makes the one form of it that schemas, rules and counts know, and keeps the way back to what stands in the line.
import { isObject, type JsonObject } from '../json/members.ts';
import type { JsonPath } from '../json/skim.ts';
import type { Field, ProtoShape, Shape } from './protoShape.ts';
import type { Written } from './protoWritten.ts';

export interface ReadBody {
  /** In camelCase, lists as lists, without nulls; the same object where it was so already. */
  readonly body: JsonObject;
  readonly written: Written;
}

/** protobuf's own reader stops there (`ParseOptions::kDefaultDepth`, protobuf 27). */
export const deepestMessage = 100;

/** A line with more is told of these. */
const mostNoted = 10;

/** One walk over what the schema knows; what stands in strings and in free JSON costs nothing. */
export function readProto(raw: JsonObject, shape: ProtoShape): ReadBody {
  const reader = new Reader();
  const body = reader.read(raw, shape.root) as JsonObject;
  const { snake, camel, strays, twice, otherCase, tooDeep } = reader;
  return { body, written: { raw, snake, camel, strays, twice, otherCase, tooDeep, shape } };
}

class Reader {
  readonly snake = new Map<string, JsonPath>();
  readonly camel = new Map<string, JsonPath>();
  readonly twice: JsonPath[] = [];
  readonly otherCase: { readonly path: JsonPath; readonly value: string }[] = [];
  strays = 0;
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
        if (/[a-z]_[a-z]/.test(key)) this.strays++;
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
