// A provider's schema as what differs from another's: properties given anew, added, or taken away with null.

type Json = Readonly<Record<string, unknown>>;

export interface SchemaPatch {
  /** Any other keyword takes the place of the one there. */
  readonly [keyword: string]: unknown;
  readonly title?: string;
  readonly required?: readonly string[];
  /** Each takes the place of the property of that name; null takes it away. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Patches of the definitions of that name, or new ones. */
  readonly definitions?: Readonly<Record<string, SchemaPatch>>;
}

export function patched<Schema extends object>(schema: Schema, patch: SchemaPatch): Schema {
  const { properties, definitions, ...rest } = patch;
  const base = schema as Json;
  return {
    ...schema,
    ...rest,
    ...(properties === undefined ? {} : { properties: replaced(base.properties, properties) }),
    ...(definitions === undefined ? {} : { definitions: definitionsOf(base.definitions, definitions) }),
  };
}

function replaced(present: unknown, changes: Json): Json {
  const all: Json = { ...(present as Json | undefined), ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, property]) => property !== null));
}

function definitionsOf(present: unknown, changes: Readonly<Record<string, SchemaPatch>>): Json {
  const all: Record<string, unknown> = { ...(present as Json | undefined) };
  for (const [name, change] of Object.entries(changes))
    all[name] = patched((all[name] ?? {}) as object, change);
  return all;
}
