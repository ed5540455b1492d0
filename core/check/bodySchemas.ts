// The schemas of request bodies, by endpoint, and validators made of them.
import { Ajv, type ValidateFunction } from 'ajv';
import chatCompletions from '#schemas/openai/chat-completions.json' with { type: 'json' };
import completions from '#schemas/openai/completions.json' with { type: 'json' };
import embeddings from '#schemas/openai/embeddings.json' with { type: 'json' };
import moderations from '#schemas/openai/moderations.json' with { type: 'json' };
import responses from '#schemas/openai/responses.json' with { type: 'json' };
import { openaiEndpoints } from '../limits.ts';

export interface PropertySchema {
  readonly notInBatch?: string;
  readonly deprecated?: boolean;
  readonly replacedBy?: string;
}

export interface BodySchema {
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, PropertySchema>>;
}

/** Schemas by the url of the line; endpoints without one get the rules that need none. */
export const bodySchemas: ReadonlyMap<string, BodySchema> = new Map<string, BodySchema>([
  ['/v1/chat/completions', chatCompletions as BodySchema],
  ['/v1/responses', responses as BodySchema],
  ['/v1/embeddings', embeddings as BodySchema],
  ['/v1/completions', completions as BodySchema],
  ['/v1/moderations', moderations as BodySchema],
]);

const validators = new Map<string, ValidateFunction>();

/** @param allErrors all that is wrong with a body, or the first of it. */
export function validatorFor(url: string, schema: BodySchema, allErrors: boolean): ValidateFunction {
  const key = `${url} ${allErrors}`;
  let validate = validators.get(key);
  if (validate === undefined) {
    const ajv = new Ajv({
      allErrors,
      // Unknown fields are compared with what their own object knows.
      verbose: true,
      discriminator: true,
      allowUnionTypes: true,
      validateFormats: false,
    });
    ajv.addKeyword({ keyword: 'notInBatch', schemaType: 'string' });
    ajv.addKeyword({ keyword: 'replacedBy', schemaType: 'string' });
    validate = ajv.compile(schema);
    validators.set(key, validate);
  }
  return validate;
}

/** The name of another endpoint that knows a field. */
export function otherEndpointWith(field: string, url: string): string | undefined {
  for (const [otherUrl, schema] of bodySchemas) {
    if (otherUrl !== url && Object.hasOwn(schema.properties, field)) {
      return openaiEndpoints.find((candidate) => candidate.url === otherUrl)?.name;
    }
  }
  return undefined;
}
