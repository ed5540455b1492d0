// Which bodies are read as protocol buffers read them? Those of Gemini; what their schemas have says how.
import embedContent from '#schemas/gemini/embed-content.json' with { type: 'json' };
import generateContent from '#schemas/gemini/generate-content.json' with { type: 'json' };
import type { SchemaName } from '../check/bodySchemas.ts';
import { type ProtoShape, protoShapeOf } from './protoShape.ts';

const schemas: Readonly<Partial<Record<SchemaName, object>>> = {
  'gemini/generate-content': generateContent,
  'gemini/embed-content': embedContent,
};

const shapes = new Map<SchemaName, ProtoShape>();

/** Null: a body with this schema is plain JSON. */
export function protoShapeNamed(name: SchemaName | null): ProtoShape | null {
  const schema = name === null ? undefined : schemas[name];
  if (name === null || schema === undefined) return null;
  const shape = shapes.get(name) ?? protoShapeOf(schema);
  shapes.set(name, shape);
  return shape;
}
