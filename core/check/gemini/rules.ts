// Every rule of Gemini's requests beside their schema, by endpoint.
import type { BodyRule } from '../bodyRule.ts';
import { checkContents } from './contents.ts';
import { checkGeminiEmbedding } from './embeddings.ts';
import { checkGeneration } from './generation.ts';
import { checkGeminiModel } from './model.ts';
import { checkGeminiTools } from './tools.ts';

export const checkGemini: BodyRule = (use) => {
  switch (use.endpoint?.schema) {
    case 'gemini/generate-content':
      return [
        ...checkContents(use),
        ...checkGeneration(use),
        ...checkGeminiTools(use),
        ...checkGeminiModel(use),
      ];
    case 'gemini/embed-content':
      return [...checkGeminiEmbedding(use), ...checkGeminiModel(use)];
    default:
      return [];
  }
};
