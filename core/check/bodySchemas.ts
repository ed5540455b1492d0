// The schemas of request bodies, by endpoint, and validators made of them.
import { Ajv, type ValidateFunction } from 'ajv';
import messages from '#schemas/anthropic/messages.json' with { type: 'json' };
import azureChat from '#schemas/azure/chat-completions.patch.json' with { type: 'json' };
import embedContent from '#schemas/gemini/embed-content.json' with { type: 'json' };
import generateContent from '#schemas/gemini/generate-content.json' with { type: 'json' };
import groqChat from '#schemas/groq/chat-completions.patch.json' with { type: 'json' };
import mistralChat from '#schemas/mistral/chat-completions.patch.json' with { type: 'json' };
import mistralEmbeddings from '#schemas/mistral/embeddings.patch.json' with { type: 'json' };
import chatCompletions from '#schemas/openai/chat-completions.json' with { type: 'json' };
import completions from '#schemas/openai/completions.json' with { type: 'json' };
import embeddings from '#schemas/openai/embeddings.json' with { type: 'json' };
import imagesEdits from '#schemas/openai/images-edits.json' with { type: 'json' };
import imagesGenerations from '#schemas/openai/images-generations.json' with { type: 'json' };
import moderations from '#schemas/openai/moderations.json' with { type: 'json' };
import responses from '#schemas/openai/responses.json' with { type: 'json' };
import compatibleChat from '#schemas/openai-compatible/chat-completions.patch.json' with { type: 'json' };
import xaiChat from '#schemas/xai/chat-completions.patch.json' with { type: 'json' };
import xaiResponses from '#schemas/xai/responses.patch.json' with { type: 'json' };
import type { Dialect, EndpointFacts } from '../dialects/dialect.ts';
import { patched } from './patched.ts';
import { addSchemaKeywords } from './schemaKeywords.ts';

export interface PropertySchema {
  /** Why a batch refuses it. */
  readonly notInBatch?: string;
  /** Why it changes nothing in a batch. */
  readonly uselessInBatch?: string;
  readonly deprecated?: boolean;
  /** A field beside it, or one of the whole body as a path with dots, or words. */
  readonly replacedBy?: string;
  /** What a text of its pattern consists of, as the end of a sentence. */
  readonly patternWords?: string;
  /** Taken only with this value of the provider's beta header. */
  readonly beta?: string;
}

export interface BodySchema {
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, PropertySchema>>;
  /** Names, tags and values of other providers that people write here, with what is the same thing here. */
  readonly sameAs?: Readonly<Record<string, unknown>>;
  /** Those that are something else here, with words for what to write instead. */
  readonly meant?: Readonly<Record<string, string>>;
  /** Names of other providers that have no counterpart here. */
  readonly nothingLike?: readonly string[];
  /** A text that stands in place of this object is its member of this name. */
  readonly wrapIn?: string;
  /** An object that stands in place of this text has it as its member of this name. */
  readonly unwrapFrom?: string;
}

/** As the files in `schemas/` are named; dialects share them. */
export type SchemaName =
  | 'openai/chat-completions'
  | 'openai/responses'
  | 'openai/embeddings'
  | 'openai/completions'
  | 'openai/moderations'
  | 'openai/images-generations'
  | 'openai/images-edits'
  | 'anthropic/messages'
  | 'gemini/generate-content'
  | 'gemini/embed-content'
  | 'azure/chat-completions'
  | 'mistral/chat-completions'
  | 'mistral/embeddings'
  | 'groq/chat-completions'
  | 'xai/chat-completions'
  | 'xai/responses'
  | 'openai-compatible/chat-completions';

const schemas: Readonly<Record<SchemaName, BodySchema>> = {
  'openai/chat-completions': chatCompletions as BodySchema,
  'openai/responses': responses as BodySchema,
  'openai/embeddings': embeddings as BodySchema,
  'openai/completions': completions as BodySchema,
  'openai/moderations': moderations as BodySchema,
  'openai/images-generations': imagesGenerations as BodySchema,
  'openai/images-edits': imagesEdits as BodySchema,
  'anthropic/messages': messages as BodySchema,
  'gemini/generate-content': generateContent as BodySchema,
  'gemini/embed-content': embedContent as BodySchema,
  'azure/chat-completions': patched(chatCompletions as BodySchema, azureChat),
  'mistral/chat-completions': patched(chatCompletions as BodySchema, mistralChat),
  'mistral/embeddings': patched(embeddings as BodySchema, mistralEmbeddings),
  'groq/chat-completions': patched(chatCompletions as BodySchema, groqChat),
  'xai/chat-completions': patched(chatCompletions as BodySchema, xaiChat),
  'xai/responses': patched(responses as BodySchema, xaiResponses),
  'openai-compatible/chat-completions': patched(chatCompletions as BodySchema, compatibleChat),
};

export function schemaNamed(name: SchemaName): BodySchema {
  return schemas[name];
}

const validators = new Map<string, ValidateFunction>();

/** @param allErrors all that is wrong with a body, or the first of it. */
export function validatorFor(name: SchemaName, allErrors: boolean): ValidateFunction {
  const key = `${name} ${allErrors}`;
  let validate = validators.get(key);
  if (validate === undefined) {
    const ajv = new Ajv({
      allErrors,
      // Unknown fields are compared with what their own object knows.
      verbose: true,
      discriminator: true,
      allowUnionTypes: true,
      validateFormats: false,
      // The tests hold our schemas against the meta-schema; here each of these would double the wait for the first problem.
      meta: false,
      validateSchema: false,
      strict: false,
      strictNumbers: true,
      inlineRefs: false,
      code: { optimize: false },
    });
    addSchemaKeywords(ajv);
    validate = ajv.compile(schemaNamed(name));
    validators.set(key, validate);
  }
  return validate;
}

/** The name of another endpoint of the provider that knows a field. */
export function otherEndpointWith(field: string, dialect: Dialect, asked: EndpointFacts): string | undefined {
  return dialect.endpoints.find(
    ({ schema }) =>
      schema !== null && schema !== asked.schema && Object.hasOwn(schemaNamed(schema).properties, field),
  )?.name;
}
