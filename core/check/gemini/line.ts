// Fields of a Gemini request that stand beside it, or where it should be: bare requests, and lines made flat.

import type { Dialect } from '../../dialects/dialect.ts';
import { protoShapeNamed } from '../../dialects/geminiShapes.ts';
import type { Fix } from '../../fix/fix.ts';
import { isObject, type JsonObject } from '../../json/members.ts';
import { at, type Finding } from '../finding.ts';

/** Null: nothing that a request has, or another provider's line. */
export function strayField(key: string, line: JsonObject, dialect: Dialect): Finding | null {
  if (dialect.form !== 'keyed') return null;
  const where = at([key], 'key');
  if (key === 'config') {
    const message =
      'config is the form of the SDK; a line holds sampling, thinking and schemas in "request": {"generationConfig": …}, the rest in request.';
    return { code: 'request.unknown-field', severity: 'warning', where, message };
  }
  if (key === 'model' || !isOfRequest(key, dialect)) return null;
  const message = `${key} belongs into request; move it there.`;
  return {
    code: 'request.unknown-field',
    severity: 'warning',
    where,
    message,
    fixes: moved(key, line, dialect),
  };
}

/** Whether a line has in itself what its request should have. */
export function isBareRequest(line: JsonObject, dialect: Dialect): boolean {
  return dialect.form === 'keyed' && ['contents', 'content'].some((key) => Object.hasOwn(line, key));
}

function isOfRequest(key: string, { endpoints }: Dialect): boolean {
  return endpoints.some(({ schema }) => {
    const root = protoShapeNamed(schema)?.root;
    return root?.kind === 'message' && root.fields.has(key);
  });
}

function moved(key: string, line: JsonObject, { bodyField }: Dialect): readonly Fix[] {
  const body = line[bodyField];
  if (body !== undefined && (!isObject(body) || Object.hasOwn(body, key))) return [];
  const change = { kind: 'moveMember', path: [key], into: bodyField } as const;
  return [{ title: `Move into ${bodyField}`, change, safe: true }];
}
