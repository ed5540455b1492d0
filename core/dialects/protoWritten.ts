// How a body that was read as protocol buffers read it stands in the line: its names, and the way back to them.
import { isObject, type JsonObject } from '../json/members.ts';
import type { JsonPath } from '../json/skim.ts';
import type { Field, ProtoShape, Shape } from './protoShape.ts';

/** How a body was written; paths are those of the body as it stands in the line. */
export interface Written {
  readonly raw: JsonObject;
  /** Names that tell the style, as they stand there; and where the first of each is. */
  readonly snake: ReadonlyMap<string, JsonPath>;
  readonly camel: ReadonlyMap<string, JsonPath>;
  /** Names in snake_case that are no fields where they stand: of flat requests, of other providers. */
  readonly strays: number;
  /** Fields that stand there under both names: the second of them. */
  readonly twice: readonly JsonPath[];
  /** Names of enums in other letters than Google's, with the right ones. */
  readonly otherCase: readonly { readonly path: JsonPath; readonly value: string }[];
  /** Where it nests deeper than is read. */
  readonly tooDeep: JsonPath | null;
  readonly shape: ProtoShape;
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

/** The names that may stand at a place of the one form; null where it is none for a name of an enum. */
export function enumValuesAt({ shape }: Written, path: JsonPath): readonly string[] | null {
  let found: Shape | undefined = shape.root;
  for (const step of path) {
    if (found?.kind === 'message') found = found.fields.get(String(step))?.shape;
    else if (found?.kind === 'list') found = found.items;
    else found = found?.kind === 'map' ? found.values : undefined;
  }
  return found?.kind === 'enum' ? found.values : null;
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
export function nameAsWritten({ snake, camel, strays, shape }: Written, name: string): string {
  const snakeName = shape.snakeNames.get(name);
  if (snakeName === undefined || camel.has(name)) return name;
  return snake.has(snakeName) || snake.size + strays > camel.size ? snakeName : name;
}
