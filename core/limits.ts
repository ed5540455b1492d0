// What OpenAI accepts in one batch file. Source: openai SDK 7.55 and the batch guide (2026-09-26), unless said otherwise.

export const openaiLimits = {
  maxMetadataPairs: 16,
  /** "for all embedding models". */
  maxTokensPerEmbeddingInput: 8192,
  maxTokensPerEmbeddingRequest: 300_000,
  /** "Number of images (2) exceeds maximum of 1", as OpenAI answers (2026-04). */
  maxImagesPerModeration: 1,
  /** "array too long. Expected an array with maximum length 128", as OpenAI answered (2025-08). */
  maxChatTools: 128,
} as const;
