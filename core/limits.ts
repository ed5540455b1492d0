// What OpenAI accepts in one batch file. Source: openai SDK 7.55 and the batch guide (2026-09-26), unless said otherwise.

export const openaiLimits = {
  maxRequests: 50_000,
  /** 200 MB; whether decimal or binary is not published, so above 200 × 10^6 is a warning and above 200 × 2^20 an error. */
  maxFileBytes: 209_715_200,
  warnFileBytes: 200_000_000,
  /** Not published; other gateways that follow OpenAI refuse longer ids (2026-11). */
  warnCustomIdLength: 64,
  maxMetadataPairs: 16,
  /** Over all lines of a batch: inputs, not requests. */
  maxEmbeddingInputs: 50_000,
  /** "for all embedding models". */
  maxTokensPerEmbeddingInput: 8192,
  maxTokensPerEmbeddingRequest: 300_000,
  /** "Number of images (2) exceeds maximum of 1", as OpenAI answers (2026-04). */
  maxImagesPerModeration: 1,
} as const;

export interface EndpointFacts {
  readonly url: string;
  /** The endpoint as people call it, for messages. */
  readonly name: string;
  readonly retired?: string;
}

/** The urls a batch may name (openai SDK 7.55, 2026-11-10). */
export const openaiEndpoints: readonly EndpointFacts[] = [
  { url: '/v1/chat/completions', name: 'chat completions' },
  { url: '/v1/responses', name: 'responses' },
  { url: '/v1/embeddings', name: 'embeddings' },
  { url: '/v1/completions', name: 'completions' },
  { url: '/v1/moderations', name: 'moderations' },
  { url: '/v1/images/generations', name: 'image generations' },
  { url: '/v1/images/edits', name: 'image edits' },
  { url: '/v1/videos', name: 'videos', retired: '2026-09-24' },
];
