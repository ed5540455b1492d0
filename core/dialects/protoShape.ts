// What would protocol buffers hold at a place? Read from a JSON Schema whose objects are messages.

/** What protocol buffers would hold at a place, read from a JSON Schema whose objects are messages. */
export type Shape =
  /** Of fixed fields, by either of their names. */
  | { readonly kind: 'message'; readonly fields: Map<string, Field> }
  | { readonly kind: 'map'; readonly values: Shape }
  | { readonly kind: 'list'; readonly items: Shape }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'number' | 'text' | 'flag' }
  /** Any JSON, kept as it is. */
  | { readonly kind: 'any'; readonly isObject: boolean };

export interface Field {
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
