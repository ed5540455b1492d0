// Providers that take OpenAI's lines, or most of them: what differs, as data. Bodies differ by a patch of OpenAI's schema.
import type { Dialect, EndpointFacts } from './dialect.ts';
import { openai, openaiEndpoints } from './openai.ts';

const openaiUrls = (...urls: readonly string[]): EndpointFacts[] =>
  openaiEndpoints.filter(({ url }) => urls.includes(url));

const chat = (facts: Partial<EndpointFacts>): EndpointFacts => ({
  url: '/v1/chat/completions',
  name: 'chat completions',
  schema: 'openai/chat-completions',
  mainField: 'messages',
  ...facts,
});

const unchecked = (url: string, name: string, mainField: string | null): EndpointFacts => ({
  url,
  name,
  schema: null,
  mainField,
});

/** Global and Data Zone Batch (Azure AI docs, 2026-01 to 2026-03). */
export const azure: Dialect = {
  ...openai,
  provider: 'azure',
  title: 'Azure OpenAI',
  countsTokens: false,
  endpoints: [
    chat({ schema: 'azure/chat-completions', aliases: ['/chat/completions'] }),
    ...openaiUrls('/v1/responses'),
  ],
  requests: { max: 100_000, warn: null },
  maxEmbeddingInputs: null,
  maxEmbeddingTokens: null,
  // A code for it is documented (url_mismatch); a live test found it not compared (2026-08).
  oneUrl: 'warning',
  certainty: { urls: 'error', fields: 'warning', values: 'error' },
  // A deployment has any name.
  anyModel: true,
};

/** Mistral's lines name no url: the job does (platform docs, 2026-08-21; @mistralai/mistralai 2.7.0). */
export const mistral: Dialect = {
  ...openai,
  provider: 'mistral',
  title: 'Mistral',
  countsTokens: false,
  form: 'body',
  fields: ['custom_id', 'body'],
  id: { required: false, maxLength: null, characters: null },
  endpoints: [
    chat({ schema: 'mistral/chat-completions' }),
    { ...unchecked('/v1/moderations', 'moderations', 'input'), models: /moderation/ },
    { ...unchecked('/v1/classifications', 'classifications', 'input'), models: /classif/ },
    { url: '/v1/embeddings', name: 'embeddings', schema: 'mistral/embeddings', mainField: 'input' },
    unchecked('/v1/fim/completions', 'fill-in-the-middle completions', 'prompt'),
    unchecked('/v1/ocr', 'OCR', 'document'),
    unchecked('/v1/conversations', 'conversations', 'inputs'),
    unchecked('/v1/audio/transcriptions', 'transcriptions', 'file_url'),
    unchecked('/v1/audio/transcriptions', 'transcriptions', 'file_id'),
  ],
  otherNames: 'warning',
  requests: { max: 1_000_000, warn: 100_000, doubt: 'though others found 100,000' },
  bytes: { max: null, warn: 512_000_000, doubt: 'as others found; it publishes no limit' },
  maxEmbeddingInputs: null,
  maxEmbeddingTokens: null,
  modelsOf: 'mistral',
  oneModel: 'warning',
  certainty: { urls: 'error', fields: 'warning', values: 'warning' },
};

/** groq-sdk 1.6.0 (2026-08) and the batch page of the console. */
export const groq: Dialect = {
  ...openai,
  provider: 'groq',
  title: 'Groq',
  countsTokens: false,
  endpoints: [
    chat({ schema: 'groq/chat-completions' }),
    unchecked('/v1/audio/transcriptions', 'transcriptions', 'url'),
    unchecked('/v1/audio/translations', 'translations', 'url'),
  ],
  otherNames: 'warning',
  bytes: { max: 209_715_200, warn: 100_000_000, doubt: 'by its SDK, though its documentation says 200 MB' },
  maxEmbeddingInputs: null,
  maxEmbeddingTokens: null,
  modelsOf: 'groq',
  oneModel: null,
  certainty: { urls: 'error', fields: 'warning', values: 'warning' },
};

/** xai-sdk-python (2026-08-18) and what others found (2026-10): urls and models may be mixed. */
export const xai: Dialect = {
  ...openai,
  provider: 'xai',
  title: 'xAI',
  countsTokens: false,
  endpoints: [
    chat({ schema: 'xai/chat-completions' }),
    { url: '/v1/responses', name: 'responses', schema: 'xai/responses', mainField: 'input' },
    unchecked('/v1/images/generations', 'image generations', 'prompt'),
    unchecked('/v1/images/edits', 'image edits', 'prompt'),
    unchecked('/v1/videos/generations', 'video generations', 'prompt'),
    unchecked('/v1/videos/edits', 'video edits', 'prompt'),
    unchecked('/v1/videos/extensions', 'video extensions', 'prompt'),
  ],
  otherNames: 'warning',
  requests: { max: null, warn: 50_000, doubt: 'as others found; it publishes no limit' },
  bytes: { max: null, warn: 200_000_000, doubt: 'as others found; it publishes no limit' },
  maxEmbeddingInputs: null,
  maxEmbeddingTokens: null,
  modelsOf: 'xai',
  oneUrl: null,
  oneModel: null,
  certainty: { urls: 'warning', fields: 'warning', values: 'warning' },
};

/** `vllm run-batch` (run_batch.py, early 2026), and gateways that take OpenAI's lines for anybody's models. */
export const openaiCompatible: Dialect = {
  ...openai,
  provider: 'openai-compatible',
  title: 'the server',
  endpoints: [
    chat({ schema: 'openai-compatible/chat-completions' }),
    ...openaiEndpoints.filter(({ url, retired }) => url !== '/v1/chat/completions' && retired === undefined),
    ...['/v1/score', '/score'].map((url) => unchecked(url, 'scores', null)),
    ...['/v1/rerank', '/v2/rerank', '/rerank'].map((url) => unchecked(url, 'reranking', 'query')),
    unchecked('/v1/audio/transcriptions', 'transcriptions', null),
    unchecked('/v1/audio/translations', 'translations', null),
    unchecked('/v1/messages', 'messages', 'messages'),
  ],
  otherNames: null,
  requests: { max: null, warn: null },
  bytes: { max: null, warn: null },
  maxEmbeddingInputs: null,
  maxEmbeddingTokens: null,
  modelsOf: null,
  oneUrl: null,
  oneModel: null,
  certainty: { urls: 'warning', fields: 'hint', values: 'warning' },
  anyModel: true,
};
