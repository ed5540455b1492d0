// Gemini's `responseSchema` as JSON Schema: types in capitals, `nullable`, counts as strings, names in either spelling.
// Fields of Schema in @google/genai 3.1 (2026-11).
import { isObject } from '../../json/members.ts';

/** What is the same in JSON Schema once its name is in camelCase. */
const same: ReadonlySet<string> = new Set(['pattern', 'minimum', 'maximum', 'required']);
const counts: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);
const deepest = 200;

/** @returns a schema that allows everything where it is no object. @throws RangeError on one that is too deep. */
export function fromOpenapi(schema: unknown, depth = 0): unknown {
  if (depth > deepest) throw new RangeError('too deep');
  if (!isObject(schema)) return true;
  const converted: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    const name = key.startsWith('_') ? key : key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
    const inner = (one: unknown): unknown => fromOpenapi(one, depth + 1);
    if (same.has(name)) converted[name] = value;
    else if (counts.has(name)) converted[name] = countOf(value);
    else if (name === 'type') Object.assign(converted, typeOf(value));
    // In protobuf's JSON an empty list is one that was not set.
    else if (name === 'enum') converted.enum = Array.isArray(value) && value.length > 0 ? value : undefined;
    else if (name === 'items' || name === 'additionalProperties') {
      converted[name] = isObject(value) ? inner(value) : value;
    } else if (name === 'anyOf' || name === 'prefixItems') {
      converted[name] = Array.isArray(value) ? value.map(inner) : undefined;
    } else if (name === 'properties' || name === 'defs' || name === '$defs') {
      const entries = isObject(value) ? Object.entries(value) : [];
      converted[name === 'properties' ? name : '$defs'] = Object.fromEntries(
        entries.map(([property, one]) => [property, inner(one)]),
      );
    } else if (name === 'ref' || name === '$ref') {
      converted.$ref = typeof value === 'string' ? value.replace('#/defs/', '#/$defs/') : value;
    }
  }
  return schema.nullable === true ? { anyOf: [{ type: 'null' }, converted] } : converted;
}

/** As 64-bit counts are written; null is one that was not set. */
function countOf(value: unknown): number | undefined {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))
    ? Number(value)
    : undefined;
}

function typeOf(type: unknown): { readonly type?: unknown } {
  const known = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];
  const lower = (one: unknown): unknown => (typeof one === 'string' ? one.toLowerCase() : one);
  if (Array.isArray(type)) return { type: type.map(lower) };
  return known.includes(String(lower(type))) ? { type: lower(type) } : {};
}
