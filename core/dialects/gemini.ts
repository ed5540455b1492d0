// Gemini's batch files (batch guide, about 2026-09). The method is part of the url that creates the batch, not of a line.
import type { Dialect } from './dialect.ts';

export const generateContent = 'generateContent';
export const embedContent = 'embedContent';

export const gemini: Dialect = {
  provider: 'gemini',
  title: 'Gemini',
  form: 'keyed',
  idField: 'key',
  bodyField: 'request',
  fields: ['key', 'request'],
  // No rule is published; without a key of its own an answer cannot be joined.
  id: { required: true, maxLength: null, characters: null },
  endpoints: [
    {
      url: generateContent,
      name: 'generateContent',
      schema: 'gemini/generate-content',
      mainField: 'contents',
    },
    { url: embedContent, name: 'embedContent', schema: 'gemini/embed-content', mainField: 'content' },
  ],
  oneUrl: 'error',
  // It is in the url that creates the batch; one in a line is ignored.
  oneModel: null,
  certainty: { urls: 'error', fields: 'error', values: 'error' },
  requests: { max: null, warn: null },
  bytes: { max: 2_147_483_648, warn: 2_000_000_000, doubt: 'and does not say whether decimal or binary' },
  maxEmbeddingInputs: null,
  anyModel: false,
};
