// Every schema within a schema, with its place, at any depth that a provider could take and without recursion.
import { isObject, type JsonObject } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';

export interface SchemaNode {
  /** An object or a boolean where the schema is valid; anything where it is not. */
  readonly schema: unknown;
  readonly parent: SchemaNode | null;
  /** From the parent: a keyword, and a name or an index. */
  readonly steps: readonly string[];
  /** Objects around it, in whose `properties` it stands. */
  readonly objects: number;
  readonly depth: number;
  /** Stands for another schema by choice or condition (`anyOf`, `if` …): what it lacks may be in the one around it. */
  readonly isBranch: boolean;
}

/** Ten times what any provider takes; what is deeper is reported for its depth where that matters. */
const deepest = 100;
/** OpenAI takes 5,000 properties in all; past this a schema is wrong as a whole. */
const mostNodes = 50_000;

const oneSchema: readonly string[] = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const schemaLists: readonly string[] = ['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems'];
const schemaMaps: readonly string[] = [
  '$defs',
  'definitions',
  'dependentSchemas',
  'patternProperties',
  'properties',
];
const branches: ReadonlySet<string> = new Set([
  'allOf',
  'anyOf',
  'dependentSchemas',
  'else',
  'if',
  'not',
  'oneOf',
  'then',
]);

/** In the order of the text as far as their keywords go; parents before children. */
export function* walkSchema(root: unknown): Generator<SchemaNode> {
  const open: SchemaNode[] = [
    { schema: root, parent: null, steps: [], objects: 0, depth: 0, isBranch: false },
  ];
  let nodes = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    if (++nodes >= mostNodes) return;
    if (node.depth >= deepest || !isObject(node.schema)) continue;
    const children: SchemaNode[] = [];
    for (const keyword of Object.keys(node.schema)) addChildren(node, node.schema, keyword, children);
    // Apart from `push(...children)`, which a hundred thousand of them would overflow.
    for (let at = children.length - 1; at >= 0; at--) open.push(children[at]!);
  }
}

function addChildren(parent: SchemaNode, owner: JsonObject, keyword: string, children: SchemaNode[]): void {
  const value = owner[keyword];
  const add = (schema: unknown, ...steps: string[]): void => {
    const objects = parent.objects + (keyword === 'properties' ? 1 : 0);
    const isBranch = branches.has(keyword);
    children.push({ schema, parent, steps, objects, depth: parent.depth + 1, isBranch });
  };
  if (Array.isArray(value)) {
    if (!schemaLists.includes(keyword)) return;
    for (let index = 0; index < value.length && index < mostNodes; index++) {
      add(value[index], keyword, String(index));
    }
  } else if (isObject(value)) {
    if (schemaMaps.includes(keyword)) for (const name of Object.keys(value)) add(value[name], keyword, name);
    else if (oneSchema.includes(keyword)) add(value, keyword);
  }
}

/** @param base the place of the root. */
export function nodePath(base: JsonPath, node: SchemaNode): JsonPath {
  const steps: string[] = [];
  for (let at: SchemaNode | null = node; at !== null; at = at.parent) steps.push(...at.steps.toReversed());
  return [...base, ...steps.reverse()];
}
