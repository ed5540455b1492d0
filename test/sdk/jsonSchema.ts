// The part of JSON Schema that our schemas and those made from the SDKs are written in.

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly if?: Schema | boolean;
  readonly then?: Schema | boolean;
  readonly else?: Schema | boolean;
  readonly not?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** A whole sentence where the generator read it from a comment. */
  readonly deprecated?: boolean | string;
  readonly notInBatch?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** The schema that a node stands for; a cycle of references alone would be a broken schema. */
export function resolved(node: Schema, root: Schema): Schema {
  let found = node;
  for (let steps = 0; found.$ref !== undefined; steps++) {
    const name = decodeURIComponent(found.$ref.replace('#/definitions/', ''));
    const next = found.$ref === '#' ? root : root.definitions?.[name];
    if (next === undefined || steps > 100) throw new Error(`no definition ${found.$ref}`);
    found = next;
  }
  return found;
}

export function typesOf({ type }: Schema): readonly string[] {
  if (type === undefined) return [];
  return typeof type === 'string' ? [type] : type;
}
