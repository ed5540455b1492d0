// What can stand at one place of a request, read from all the alternatives that a schema gives for it?
import { resolved, type Schema, typesOf } from '../sdk/jsonSchema.ts';

export interface ObjectForm {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  /** What members beside `properties` may be; null: there may be none. */
  readonly others: Schema | null;
}

export interface View {
  /** JSON types; `any` where a schema leaves it open. */
  readonly kinds: ReadonlySet<string>;
  /** Null: any text. */
  readonly texts: ReadonlySet<string> | null;
  readonly objects: readonly ObjectForm[];
  readonly items: readonly Schema[];
}

interface Building {
  readonly kinds: Set<string>;
  readonly texts: Set<string>;
  isOpen: boolean;
  readonly objects: ObjectForm[];
  readonly items: Schema[];
}

export function viewOf(nodes: readonly Schema[], root: Schema): View {
  const building: Building = { kinds: new Set(), texts: new Set(), isOpen: false, objects: [], items: [] };
  for (const node of nodes) collect(node, root, building, true);
  const { kinds, texts, isOpen, objects, items } = building;
  return { kinds, texts: isOpen ? null : texts, objects, items };
}

/** @param isWhole false: a part of a schema that only narrows what another part allows. */
function collect(node: Schema, root: Schema, building: Building, isWhole: boolean): void {
  const schema = resolved(node, root);
  const branches = branchesOf(schema);
  const narrowing = [...(schema.allOf ?? []), schema.then, schema.else].filter(isSchema);
  const values = schema.enum ?? (Object.hasOwn(schema, 'const') ? [schema.const] : null);
  const types = typesOf(schema);
  const closes = [...branches, ...narrowing].some((branch) => textsIn(branch, root));
  if (values !== null) {
    for (const value of values) {
      if (types.length === 0 && isWhole) building.kinds.add(kindOf(value));
      if (typeof value === 'string') building.texts.add(value);
    }
  } else if (types.includes('string') && !closes) building.isOpen = true;
  for (const type of types) building.kinds.add(type === 'integer' ? 'number' : type);
  const isEmpty = types.length === 0 && values === null && branches.length === 0 && narrowing.length === 0;
  if (isEmpty && isWhole && schema.properties === undefined) building.kinds.add('any');
  if (isSchema(schema.items)) building.items.push(schema.items);
  if (hasObjectForm(schema, branches)) building.objects.push(formOf(schema, narrowing, root));
  for (const branch of branches) collect(branch, root, building, types.length === 0);
  for (const part of narrowing) collect({ ...part, properties: {} }, root, building, false);
}

function branchesOf({ anyOf = [], oneOf = [] }: Schema): readonly Schema[] {
  // Alternatives that only say which members are needed are no forms of their own.
  return [...anyOf, ...oneOf].filter((branch) => !Object.keys(branch).every((key) => key === 'required' || key === 'not'));
}

function hasObjectForm(schema: Schema, branches: readonly Schema[]): boolean {
  if (schema.properties !== undefined) return Object.keys(schema.properties).length > 0 || branches.length === 0;
  return typesOf(schema).includes('object') && branches.length === 0;
}

function formOf(schema: Schema, narrowing: readonly Schema[], root: Schema): ObjectForm {
  const properties: Record<string, Schema> = {};
  for (const part of [schema, ...narrowing.map((one) => resolved(one, root))]) {
    for (const [name, child] of Object.entries(part.properties ?? {})) {
      if (child === false) continue;
      const found = child === true ? {} : child;
      const known = properties[name];
      properties[name] = known === undefined ? found : { ...known, allOf: [...(known.allOf ?? []), found] };
    }
  }
  const more = schema.additionalProperties;
  return {
    properties,
    required: schema.required ?? [],
    others: more === false ? null : isSchema(more) ? more : {},
  };
}

function textsIn(node: Schema, root: Schema): boolean {
  const schema = resolved(node, root);
  return schema.enum?.some((value) => typeof value === 'string') ?? typeof schema.const === 'string';
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
