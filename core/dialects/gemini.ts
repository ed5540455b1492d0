// Gemini's batch files (batch guide, about 2026-09). The method is part of the url that creates the batch, not of a line.
import type { Dialect } from './dialect.ts';

export const generateContent = 'generateContent';
export const embedContent = 'embedContent';

/** Fields that only a request for a vector has, in both styles of names. */
const embedFields = [
  'content',
  'embedContentConfig',
  'embed_content_config',
  'outputDimensionality',
  'output_dimensionality',
  'taskType',
  'task_type',
];

/** The method that the batch must be made for, as the body shows it. */
export function geminiEndpointOf(body: Readonly<Record<string, unknown>> | null): string {
  if (body === null) return generateContent;
  // An embedding of several contents is a mistake of its own.
  const isChat = Object.hasOwn(body, 'generationConfig') || Object.hasOwn(body, 'generation_config');
  const shown = embedFields.filter((field) => Object.hasOwn(body, field));
  if (isChat || shown.length === 0) return generateContent;
  return shown[0] === 'content' && Object.hasOwn(body, 'contents') ? generateContent : embedContent;
}

/** `models/x` and `x` are the same model; addresses have the name alone. */
export function bareModel(name: string): string {
  return name.replace(/^models\//, '');
}

/** 2.5 of gemini-2.5-flash; null for a name that does not say it. */
export function geminiGeneration(name: string | null): number | null {
  const version = /^(?:models\/)?gemini-(\d{1,2}(?:\.\d{1,2})?)(?:-|$)/.exec(name ?? '')?.[1];
  return version === undefined ? null : Number(version);
}

export const gemini: Dialect = {
  provider: 'gemini',
  title: 'Gemini',
  form: 'keyed',
  countsTokens: true,
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
  // Google's own samples have .json, too.
  otherNames: null,
  requests: { max: null, warn: null },
  bytes: { max: 2_147_483_648, warn: 2_000_000_000, doubt: 'and does not say whether decimal or binary' },
  maxEmbeddingInputs: null,
  maxEmbeddingTokens: null,
  modelsOf: 'gemini',
  anyModel: false,
};
