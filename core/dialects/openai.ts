// OpenAI's batch files (openai SDK 7.55, 2026-11-10; batch guide, 2026-09-26).
import { openaiLimits } from '../limits.ts';
import type { Dialect, EndpointFacts } from './dialect.ts';

/** The urls a batch may name. */
export const openaiEndpoints: readonly EndpointFacts[] = [
  {
    url: '/v1/chat/completions',
    name: 'chat completions',
    schema: 'openai/chat-completions',
    mainField: 'messages',
  },
  { url: '/v1/responses', name: 'responses', schema: 'openai/responses', mainField: 'input' },
  { url: '/v1/embeddings', name: 'embeddings', schema: 'openai/embeddings', mainField: 'input' },
  { url: '/v1/completions', name: 'completions', schema: 'openai/completions', mainField: 'prompt' },
  { url: '/v1/moderations', name: 'moderations', schema: 'openai/moderations', mainField: 'input' },
  {
    url: '/v1/images/generations',
    name: 'image generations',
    schema: 'openai/images-generations',
    mainField: 'prompt',
  },
  { url: '/v1/images/edits', name: 'image edits', schema: 'openai/images-edits', mainField: 'images' },
  { url: '/v1/videos', name: 'videos', schema: null, mainField: 'prompt', retired: '2026-09-24' },
];

export const openai: Dialect = {
  provider: 'openai',
  title: 'OpenAI',
  form: 'openai',
  countsTokens: true,
  idField: 'custom_id',
  bodyField: 'body',
  fields: ['custom_id', 'method', 'url', 'body'],
  id: {
    required: true,
    // Not published; other gateways that follow OpenAI refuse longer ids (2026-11).
    maxLength: { characters: 64, severity: 'warning' },
    characters: {
      pattern: /^[\x20-\x7e]*$/,
      words: 'plain ASCII characters',
      severity: 'warning',
    },
  },
  endpoints: openaiEndpoints,
  oneUrl: 'error',
  oneModel: 'error',
  certainty: { urls: 'error', fields: 'error', values: 'error' },
  otherNames: 'error',
  requests: { max: 50_000, warn: null },
  // 200 MB; whether decimal or binary is not published.
  bytes: { max: 209_715_200, warn: 200_000_000, doubt: 'and does not say whether decimal or binary' },
  maxEmbeddingInputs: 50_000,
  maxEmbeddingTokens: openaiLimits.maxTokensPerEmbeddingRequest,
  modelsOf: 'openai',
  anyModel: false,
};
