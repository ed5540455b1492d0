// What of Gemini's SDK types is the REST request of a batch line? The SDK's `config` is flat, and has fields of another platform.
import { resolved, type Schema } from './jsonSchema.ts';

type Definitions = Readonly<Record<string, Schema>>;

/** What the SDK accepts for convenience and turns into the one form that REST takes. */
const oneForm: Definitions = {
  ContentListUnion: { type: 'array', items: { $ref: '#/definitions/Content' } },
  ContentUnion: { $ref: '#/definitions/Content' },
  ToolListUnion: { type: 'array', items: { $ref: '#/definitions/Tool' } },
  SchemaUnion: { $ref: '#/definitions/Schema' },
  SpeechConfigUnion: { $ref: '#/definitions/SpeechConfig' },
};

/**
 * @param parameters the schema of GenerateContentParameters.
 * @param embedConfig the schema of EmbedContentConfig.
 * @param source the SDK's code, whose converters say where a field goes, and refuse those of the other platform.
 */
export function restSchemas(
  parameters: Schema,
  embedConfig: Schema,
  source: string,
): Readonly<Record<'gemini/generate-content' | 'gemini/embed-content', Schema>> {
  const definitions: Record<string, Schema> = {};
  const declared = { ...parameters.definitions, ...embedConfig.definitions };
  for (const [name, schema] of Object.entries(declared)) {
    definitions[name] = oneForm[name] ?? without(schema, refusedBy(converter(source, name)));
  }
  const config = resolved(definitions.GenerateContentConfig ?? {}, { definitions });
  const { inRequest, inConfig } = placesOf(converter(source, 'GenerateContentConfig') ?? '');
  const contents: Schema = { $ref: '#/definitions/ContentListUnion' };
  return {
    'gemini/generate-content': {
      ...object({ contents, ...only(config, inRequest), generationConfig: object(only(config, inConfig)) }),
      required: ['contents'],
      definitions,
    },
    'gemini/embed-content': {
      ...object({
        content: { $ref: '#/definitions/Content' },
        ...resolved(definitions.EmbedContentConfig ?? {}, { definitions }).properties,
      }),
      required: ['content'],
      definitions,
    },
  };
}

/** The function that writes a type as the Developer API takes it; the source has equal copies. */
function converter(source: string, type: string): string | null {
  const name = `${type.slice(0, 1).toLowerCase()}${type.slice(1)}ToMldev`;
  return new RegExp(`^function ${name}(?:\\$\\d+)?\\([\\s\\S]*?^\\}`, 'm').exec(source)?.[0] ?? null;
}

function refusedBy(code: string | null): ReadonlySet<string> {
  const refusals = code?.matchAll(/new Error\('(\w+) parameter is only supported in/g) ?? [];
  const refused = new Set([...refusals].map((found) => found[1] ?? ''));
  // Say what the client does, and are sent nowhere.
  for (const name of ['httpOptions', 'abortSignal']) refused.add(name);
  return refused;
}

/** Fields that the converter puts beside `generationConfig`, and into it. */
function placesOf(code: string): {
  readonly inRequest: readonly string[];
  readonly inConfig: readonly string[];
} {
  const set = [...code.matchAll(/setValueByPath\((toObject|parentObject), \['(\w+)'\]/g)];
  const of = (object: string): string[] =>
    set.filter(([, to]) => to === object).map(([, , name]) => name ?? '');
  const places = { inRequest: of('parentObject'), inConfig: of('toObject') };
  if (places.inRequest.length < 5 || places.inConfig.length < 10)
    throw new Error('the SDK converts otherwise');
  return places;
}

function without(schema: Schema, names: ReadonlySet<string>): Schema {
  if (schema.properties === undefined) return schema;
  const kept = Object.entries(schema.properties).filter(([name]) => !names.has(name));
  return { ...schema, properties: Object.fromEntries(kept) };
}

function only(schema: Schema, names: readonly string[]): Record<string, Schema | boolean> {
  return Object.fromEntries(names.map((name) => [name, schema.properties?.[name] ?? {}]));
}

function object(properties: Readonly<Record<string, Schema | boolean>>): Schema {
  return { type: 'object', properties, additionalProperties: false };
}
