// Valid requests to OpenAI's endpoints: what the SDK's types allow and the API would answer.
import { resolved, type Schema } from '../sdk/jsonSchema.ts';
import { type SdkSchemaName, sdkSchema } from '../sdk/sdkSchemas.ts';
import type { Chance } from './chance.ts';
import type { Body, Endpoint } from './endpoint.ts';
import { type Facts, withFacts, withWholeNumbers } from './facts.ts';
import {
  chatFacts,
  completionsFacts,
  embeddingsFacts,
  imageSizes,
  imagesFacts,
  moderationsFacts,
  responsesFacts,
} from './openaiFacts.ts';
import { settleChat } from './settleChat.ts';
import { settleCompletions, settleImages, settleResponses } from './settleResponses.ts';

const fieldsOf = {
  '/v1/chat/completions': [
    'messages',
    'max_completion_tokens',
    'response_format',
    'reasoning_effort',
    'stop',
  ],
  '/v1/responses': [
    'input',
    'instructions',
    'max_output_tokens',
    'text',
    'reasoning',
    'previous_response_id',
  ],
  '/v1/embeddings': ['input', 'dimensions', 'encoding_format'],
  '/v1/completions': ['prompt', 'best_of', 'echo', 'suffix'],
  '/v1/images/generations': ['prompt', 'quality', 'size', 'style'],
  anthropic: ['system', 'stop_sequences', 'top_k', 'thinking', 'max_tokens'],
  gemini: ['contents', 'generationConfig', 'systemInstruction'],
};

/** All that OpenAI counts is whole but these (OpenAPI document, 2026-11). */
const fractions: ReadonlySet<string> = new Set([
  ...['temperature', 'top_p', 'frequency_penalty', 'presence_penalty', 'logit_bias'],
  ...['score', 'score_threshold', 'embedding_weight', 'text_weight', 'logprob', 'attributes', 'value'],
]);

const envelopeFaults: Endpoint['envelopeFaults'] = [
  ...['custom_id', 'method', 'url', 'body'].map((name) => (line: Body) => without(line, name)),
  (line) => ({ ...line, custom_id: 7 }),
  (line) => ({ ...line, custom_id: null }),
  (line) => ({ ...line, custom_id: '' }),
  (line, chance) => ({ ...line, method: chance.pick(['post', 'GET', 'PUT', '', null, 1]) }),
  (line, chance) => ({
    ...line,
    url: chance.pick([`https://api.openai.com${line.url}`, `${line.url}/`, '/v1/audio', '', null]),
  }),
  (line, chance) => ({ ...line, body: chance.pick([null, [], 'x', 1, JSON.stringify(line.body)]) }),
  ({ body, ...line }) => ({ ...line, params: body }),
];

function without(line: Body, name: string): Body {
  const { [name]: _, ...others } = line;
  return others;
}

interface Openai {
  readonly url: string;
  readonly sdk: SdkSchemaName;
  readonly facts: Facts;
  readonly models: readonly string[];
  readonly settle?: (body: Body, chance: Chance) => Body;
}

function endpoint({ url, sdk, facts, models, settle }: Openai): Endpoint {
  const schema = withFacts(withWholeNumbers(sdkSchema(sdk), fractions), {
    ...facts,
    '/model': { examples: models },
  });
  const known = new Set(Object.keys(topProperties(schema)));
  return {
    name: `OpenAI ${url}`,
    provider: 'openai',
    schema,
    models,
    settle: (body, model, chance) => ({ ...(settle?.(body, chance) ?? body), model }),
    lineOf: (id, body) => ({ custom_id: id, method: 'POST', url, body }),
    foreign: Object.values(fieldsOf)
      .flat()
      .filter((field) => !known.has(field)),
    envelopeFaults,
  };
}

function topProperties(schema: Schema): object {
  const { properties, anyOf = [] } = resolved(schema, schema);
  return Object.assign(
    {},
    properties,
    ...anyOf.map((branch) => topProperties({ ...schema, ...branch, anyOf: [] })),
  );
}

export const endpoints: readonly Endpoint[] = [
  {
    url: '/v1/chat/completions',
    sdk: 'openai/chat-completions',
    facts: chatFacts,
    models: ['gpt-5.4-mini', 'gpt-4o', 'gpt-6-luna'],
    settle: settleChat,
  } as const,
  {
    url: '/v1/responses',
    sdk: 'openai/responses',
    facts: responsesFacts,
    models: ['gpt-5.4-mini', 'gpt-4o', 'gpt-6-sol'],
    settle: settleResponses,
  } as const,
  {
    url: '/v1/embeddings',
    sdk: 'openai/embeddings',
    facts: embeddingsFacts,
    models: ['text-embedding-3-small', 'text-embedding-3-large'],
  } as const,
  {
    url: '/v1/completions',
    sdk: 'openai/completions',
    facts: completionsFacts,
    // All that OpenAI itself offered are gone.
    models: ['ft:davinci-002:acme::a1b2c3'],
    settle: settleCompletions,
  } as const,
  {
    url: '/v1/moderations',
    sdk: 'openai/moderations',
    facts: moderationsFacts,
    models: ['omni-moderation-latest'],
  } as const,
  {
    url: '/v1/images/generations',
    sdk: 'openai/images-generations',
    facts: { ...imagesFacts, '/size': imageSizes },
    models: ['gpt-image-2', 'gpt-image-2.6-flare'],
    settle: settleImages,
  } as const,
  {
    url: '/v1/images/edits',
    sdk: 'openai/images-edits',
    facts: {
      ...imagesFacts,
      '/size': imageSizes,
      '/images': { minItems: 1, maxItems: 16 },
      '/image': { minItems: 1 },
    },
    models: ['gpt-image-2', 'gpt-image-1.5'],
    settle: settleImages,
  } as const,
].map(endpoint);
