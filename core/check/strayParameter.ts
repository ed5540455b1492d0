// A parameter that stands beside the body of a request instead of in it.

import { type Dialect, endpointOf } from '../dialects/dialect.ts';
import type { Fix } from '../fix/fix.ts';
import type { JsonObject } from '../json/members.ts';
import { schemaNamed } from './bodySchemas.ts';
import { at, type Finding } from './finding.ts';

/** People note such things of their own beside a request. */
const ownNotes: ReadonlySet<string> = new Set(['metadata', 'user', 'store', 'prompt_cache_key']);

/** Null: nothing that the endpoint has. Gemini's lines have rules of their own. */
export function strayParameter(key: string, line: JsonObject, dialect: Dialect): Finding | null {
  const { form, bodyField, endpoints } = dialect;
  if (form === 'keyed' || ownNotes.has(key)) return null;
  const body = Object.hasOwn(line, bodyField) ? line[bodyField] : undefined;
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (body !== undefined && (!isObject || Object.hasOwn(body, key))) return null;
  const named = typeof line.url === 'string' ? endpointOf(dialect, line.url) : null;
  const { schema } = named ?? endpoints[0]!;
  if (schema === null || !Object.hasOwn(schemaNamed(schema).properties, key)) return null;
  const { required = [] } = schemaNamed(schema);
  const change = { kind: 'moveMember', path: [key], into: bodyField } as const;
  // Beside a body that lacks nothing it may be a note of what was asked.
  const isLacking = required.some((field) => !isObject || !Object.hasOwn(body, field));
  const fixes: readonly Fix[] = [{ title: `Move into ${bodyField}`, change, safe: isLacking }];
  const message = `${key} belongs into ${bodyField}; move it there.`;
  return { code: 'request.unknown-field', where: at([key], 'key'), message, fixes };
}
