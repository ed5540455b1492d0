// Providers that take OpenAI's lines, or most of them: what differs, as data.
import type { Dialect, EndpointFacts } from './dialect.ts';
import { openai, openaiEndpoints } from './openai.ts';

const openaiUrls = (...urls: readonly string[]): EndpointFacts[] =>
  openaiEndpoints.filter(({ url }) => urls.includes(url));

/** Global and Data Zone Batch (Azure AI docs, 2026-01 to 2026-03). */
export const azure: Dialect = {
  ...openai,
  provider: 'azure',
  title: 'Azure OpenAI',
  endpoints: [
    ...openaiUrls('/v1/chat/completions', '/v1/responses'),
    {
      url: '/chat/completions',
      name: 'chat completions',
      schema: 'openai/chat-completions',
      mainField: 'messages',
    },
  ],
  requests: { max: 100_000, warn: null },
  maxEmbeddingInputs: null,
  // A deployment has any name.
  anyModel: true,
};

/** Mistral's lines name no url: the job does (platform docs, 2026-08-21). */
export const mistral: Dialect = {
  ...openai,
  provider: 'mistral',
  title: 'Mistral',
  form: 'body',
  fields: ['custom_id', 'body'],
  id: { required: false, maxLength: null, characters: null },
  endpoints: openaiUrls('/v1/chat/completions', '/v1/embeddings'),
  requests: { max: 1_000_000, warn: 100_000, doubt: 'and some sources say 100,000' },
  bytes: { max: null, warn: 512_000_000, doubt: 'by what others found; it publishes no limit' },
  maxEmbeddingInputs: null,
};

/** groq-sdk 1.6.0 (2026-08). */
export const groq: Dialect = {
  ...openai,
  provider: 'groq',
  title: 'Groq',
  endpoints: openaiUrls('/v1/chat/completions'),
  bytes: { max: 209_715_200, warn: 100_000_000, doubt: 'though its SDK says 100 MB' },
  maxEmbeddingInputs: null,
  oneModel: false,
};

/** xai-sdk-python (2026-08-18): urls and models may be mixed. */
export const xai: Dialect = {
  ...openai,
  provider: 'xai',
  title: 'xAI',
  endpoints: openaiUrls(
    '/v1/chat/completions',
    '/v1/responses',
    '/v1/images/generations',
    '/v1/images/edits',
  ),
  oneUrl: false,
  oneModel: false,
  maxEmbeddingInputs: null,
};

/** `vllm run-batch` (run_batch.py, early 2026) and gateways that take OpenAI's lines. */
export const openaiCompatible: Dialect = {
  ...openai,
  provider: 'openai-compatible',
  title: 'the server',
  oneUrl: false,
  oneModel: false,
  requests: { max: null, warn: null },
  bytes: { max: null, warn: null },
  maxEmbeddingInputs: null,
  anyModel: true,
};
