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

const nothingYet: ObjectForm = { properties: {}, required: [], others: {} };

export function viewOf(nodes: readonly Schema[], root: Schema): View {
  const building: Building = { kinds: new Set(), texts: new Set(), isOpen: false, objects: [], items: [] };
  for (const node of nodes) collect(node, { root, building, isWhole: true, base: nothingYet });
  const { kinds, texts, isOpen, objects, items } = building;
  return { kinds, texts: isOpen ? null : texts, objects, items };
}

interface Collecting {
  readonly root: Schema;
  readonly building: Building;
  /** False: a part of a schema that only narrows what another part allows. */
  readonly isWhole: boolean;
  /** What the schema around says of its forms. */
  readonly base: ObjectForm;
}

function collect(node: Schema, { root, building, isWhole, base }: Collecting): void {
  const schema = resolved(node, root);
  const branches = branchesOf(schema, root);
  const narrowing = [...(schema.allOf ?? []), schema.then, schema.else]
    .filter(isSchema)
    .filter((part) => !branches.includes(part));
  const types = typesOf(schema);
  collectValues(schema, [...branches, ...narrowing], { root, building, isWhole, base });
  const isEmpty = types.length === 0 && branches.length === 0 && narrowing.length === 0 && !hasValues(schema);
  if (isEmpty && isWhole && schema.properties === undefined) building.kinds.add('any');
  if (isSchema(schema.items)) building.items.push(schema.items);
  const form = formOf(schema, narrowing, root, base);
  const hasForms = branches.some((branch) => isObjectForm(resolved(branch, root), root));
  if (!hasForms && isObjectForm(schema, root)) building.objects.push(form);
  for (const branch of branches) {
    collect(branch, { root, building, isWhole: isWhole && types.length === 0, base: hasForms ? form : base });
  }
  for (const part of narrowing) {
    const { properties: _, ...rest } = resolved(part, root);
    collect(rest, { root, building, isWhole: false, base });
  }
}

function collectValues(
  schema: Schema,
  parts: readonly Schema[],
  { root, building, isWhole }: Collecting,
): void {
  const types = typesOf(schema);
  if (hasValues(schema)) {
    for (const value of schema.enum ?? [schema.const]) {
      if (types.length === 0 && isWhole) building.kinds.add(kindOf(value));
      if (typeof value === 'string') building.texts.add(value);
    }
  } else if (types.includes('string') && !parts.some((part) => hasTexts(part, root))) building.isOpen = true;
  for (const type of types) building.kinds.add(type === 'integer' ? 'number' : type);
}

function hasValues(schema: Schema): boolean {
  return schema.enum !== undefined || Object.hasOwn(schema, 'const');
}

/** Alternatives: also those that a condition chooses between, where it chooses whole forms. */
function branchesOf(
  { anyOf = [], oneOf = [], then, else: otherwise }: Schema,
  root: Schema,
): readonly Schema[] {
  // Those that only say which members are needed are no forms of their own.
  const isForm = (branch: Schema): boolean =>
    Object.keys(branch).length === 0 ||
    !Object.keys(branch).every((key) => key === 'required' || key === 'not');
  const chosen = [then, otherwise].filter(isSchema).filter((part) => isWholeForm(resolved(part, root)));
  return [...[...anyOf, ...oneOf].filter(isForm), ...chosen];
}

function isWholeForm({ properties, additionalProperties, oneOf, anyOf, then }: Schema): boolean {
  return (
    (properties !== undefined && additionalProperties === false) || (oneOf ?? anyOf ?? then) !== undefined
  );
}

function isObjectForm(schema: Schema, root: Schema): boolean {
  if (schema.properties !== undefined || typesOf(schema).includes('object')) return true;
  return branchesOf(schema, root).some((branch) => isObjectForm(resolved(branch, root), root));
}

function formOf(schema: Schema, narrowing: readonly Schema[], root: Schema, base: ObjectForm): ObjectForm {
  const properties: Record<string, Schema> = { ...base.properties };
  for (const part of [schema, ...narrowing.map((one) => resolved(one, root))]) {
    for (const [name, child] of Object.entries(part.properties ?? {})) {
      if (child === false) continue;
      const found = child === true ? {} : child;
      const known = properties[name];
      const saysMore = known !== undefined && Object.keys(known).length > 0;
      properties[name] = saysMore ? { ...known, allOf: [...(known.allOf ?? []), found] } : found;
    }
  }
  const more = schema.additionalProperties;
  return {
    properties,
    required: [...base.required, ...(schema.required ?? [])],
    others: more === false ? null : isSchema(more) ? more : base.others,
  };
}

function hasTexts(node: Schema, root: Schema): boolean {
  const schema = resolved(node, root);
  return schema.enum?.some((value) => typeof value === 'string') ?? typeof schema.const === 'string';
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
