// What providers ask of the schema of a tool whether it is strict or not: its root, its names, what Gemini's reader takes.
import { isObject } from '../../json/members.ts';
import { namesList } from './lists.ts';
import { pathIn, placeName, type SchemaRule, type SchemaUse, said, typesOf } from './schemaRule.ts';
import { typeNames } from './schemaWords.ts';

/** "schema must be a JSON Schema of 'type: "object"', got 'type: "array"'"; strict rules say the rest. */
export const toolRoot: SchemaRule = (use) => {
  const { node, schema, site, family, known } = use;
  if (node.parent !== null || site.of !== 'input') return;
  if (family === 'anthropic') claudeRoot(use);
  // The schema of the body says it of Anthropic's already.
  if (family === 'anthropic' || site.strict !== null || typesOf(schema).includes('object')) return;
  const path = pathIn(use);
  if (schema.type === undefined) {
    // `{}` was seen refused, and may be taken for a function without arguments.
    const message = `${placeName(path)} should begin with "type": "object", for arguments are an object.`;
    const change = { kind: 'insertMember', path, name: 'type', json: '"object"' } as const;
    const fixes = isObject(schema.properties)
      ? [{ title: 'Add "type": "object"', change, safe: true } as const]
      : [];
    use.found.push(said({ code: 'body.value', severity: 'warning', path, target: 'owner', message, fixes }));
  } else if (typeof schema.type === 'string' && typeNames.includes(schema.type)) {
    const message = `${placeName(path)} must be of "type": "object", for arguments are an object; put what it describes into a property.`;
    use.found.push(said({ code: 'body.value', severity: known, path: [...path, 'type'], message }));
  }
};

const keyPattern = /^[\w.-]{1,64}$/;
const mostTold = 5;

/**
 * "input_schema does not support oneOf, allOf, or anyOf at the top level"; "Property keys should match pattern
 * '^[a-zA-Z0-9_.-]{1,64}$'", asked of the top level alone (2026-08).
 */
function claudeRoot(use: SchemaUse): void {
  const { schema, known: severity } = use;
  for (const keyword of ['oneOf', 'allOf', 'anyOf']) {
    if (!Object.hasOwn(schema, keyword)) continue;
    const path = pathIn(use, keyword);
    const message = `An input_schema must not begin with ${keyword}, at ${placeName(path.slice(0, -1))}; put it into a property.`;
    use.found.push(said({ code: 'body.value', severity, path, target: 'key', message }));
  }
  const names = isObject(schema.properties) ? Object.keys(schema.properties) : [];
  for (const name of names.filter((one) => !keyPattern.test(one)).slice(0, mostTold)) {
    const path = pathIn(use, 'properties', name);
    const message = `${namesList([name])} must be 1 to 64 letters, digits, "_", "." and "-", as Anthropic asks of the properties of a tool.`;
    use.found.push(said({ code: 'body.value', severity, path, target: 'key', message }));
  }
}

/** Seen refused by Gemini until 2025, when it began to take more of JSON Schema: doubtful now. */
export const openApiFaults: SchemaRule = (use) => {
  const { schema } = use;
  const type = typeof schema.type === 'string' ? schema.type.toUpperCase() : null;
  const warning = { code: 'body.value', severity: 'warning' } as const;
  if (type === 'ARRAY' && schema.items === undefined) {
    const path = pathIn(use);
    const message = `${placeName(path)} is an ARRAY without "items", which Gemini refused; say what its items are.`;
    use.found.push(said({ ...warning, path, target: 'owner', message }));
  }
  const { enum: values, properties, required } = schema;
  if (Array.isArray(values) && values.length === 0) {
    const path = pathIn(use, 'enum');
    const message = `${placeName(path)} is empty, so nothing fits it; list the values, or remove it.`;
    use.found.push(said({ ...warning, path, message }));
  } else if (Array.isArray(values) && (type === 'NUMBER' || type === 'BOOLEAN')) {
    const path = pathIn(use);
    const message = `Gemini takes an enum of STRING values, not of ${type}, at ${placeName(path)}; write "type": "STRING".`;
    use.found.push(said({ ...warning, path: [...path, 'enum'], target: 'key', message }));
  }
  if (type === null || type === 'OBJECT') requiredNames(use, properties, required);
  else if (isObject(properties)) {
    const path = pathIn(use);
    const message = `properties only belong to type OBJECT, not ${type}, at ${placeName(path)}; correct the type, or remove them.`;
    use.found.push(said({ ...warning, path: [...path, 'properties'], target: 'key', message }));
  }
};

/** "required[0]: property is not defined". */
function requiredNames(use: SchemaUse, properties: unknown, required: unknown): void {
  if (!isObject(properties) || !Array.isArray(required) || use.node.isBranch) return;
  let told = 0;
  for (const [index, name] of required.entries()) {
    if (typeof name !== 'string' || Object.hasOwn(properties, name)) continue;
    const message = `${namesList([name])} is required, but is not in properties, which Gemini refused; describe it there, or take it out.`;
    const path = pathIn(use, 'required', String(index));
    use.found.push(said({ code: 'body.value', severity: 'warning', path, message }));
    if (++told === mostTold) return;
  }
}
