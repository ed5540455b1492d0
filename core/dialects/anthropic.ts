// Anthropic's Message Batches: there is no file at the provider; a line is one element of `requests` (API reference, 2026-08-22).
import type { Dialect } from './dialect.ts';

const messagesUrl = '/v1/messages';

export const anthropic: Dialect = {
  provider: 'anthropic',
  title: 'Anthropic',
  form: 'params',
  countsTokens: true,
  idField: 'custom_id',
  bodyField: 'params',
  fields: ['custom_id', 'params'],
  id: {
    required: true,
    maxLength: { characters: 64, severity: 'error' },
    characters: { pattern: /^[a-zA-Z0-9_-]*$/, words: 'letters, digits, "_" and "-"', severity: 'error' },
  },
  endpoints: [
    { url: messagesUrl, name: 'the Messages API', schema: 'anthropic/messages', mainField: 'messages' },
  ],
  oneUrl: null,
  oneModel: null,
  certainty: { urls: 'error', fields: 'error', values: 'error' },
  // The client sends the lines, no file.
  otherNames: null,
  requests: { max: 100_000, warn: null },
  // "256 MB"; whether decimal or binary is not published.
  bytes: { max: 268_435_456, warn: 256_000_000, doubt: 'and does not say whether decimal or binary' },
  maxEmbeddingInputs: null,
  maxEmbeddingTokens: null,
  modelsOf: 'anthropic',
  anyModel: false,
};
