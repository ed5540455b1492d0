// Compiles a request schema as the checker does and says what a body gets, for the schema tests.
import { Ajv, type ErrorObject } from 'ajv';
import { addSchemaKeywords } from '../../core/check/schemaKeywords.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Where and why: `instancePath keyword`, with the property for a missing or unknown one. */
export type Verdict = readonly string[];

/** Throws when the schema is not strictly valid, or when ajv has anything to warn about. */
export function probe(schema: object): (body: unknown) => Verdict {
  const complain = (message: unknown) => {
    throw new Error(String(message));
  };
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    strict: true,
    allowUnionTypes: true,
    validateFormats: false,
    logger: { log: complain, warn: complain, error: complain },
  });
  addSchemaKeywords(ajv);
  const validate = ajv.compile(schema);
  return (body) => {
    validate(body);
    return (validate.errors ?? []).filter((error) => !echoes.has(error.keyword)).map(inWords);
  };
}

/** These only repeat that a branch has failed; the branch's own error stands beside them. */
const echoes = new Set(['if', 'propertyNames']);

function inWords(error: ErrorObject): string {
  const property = error.params.missingProperty ?? error.params.additionalProperty;
  return [error.instancePath, error.keyword, ...(property === undefined ? [] : [property])].join(' ').trim();
}
