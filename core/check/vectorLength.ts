// Does a Mistral model make vectors as long as a request asks? OpenAI's and Gemini's rules look at their own fields.
import { formatCount } from '../figures.ts';
import type { BodyUse } from './bodyRule.ts';
import { clip } from './clip.ts';
import { at, type Finding } from './finding.ts';

/** mistralai SDK 2.7.0, `EmbeddingRequest`. */
const field = 'output_dimension';

export function checkVectorLength({ endpoint, body, model, modelName }: BodyUse): readonly Finding[] {
  if (endpoint?.schema !== 'mistral/embeddings') return [];
  const asked = body[field];
  if (typeof asked !== 'number' || modelName === null || model === null || model.vector === null) return [];
  const { dimensions, adjustable } = model.vector;
  const id = clip(modelName);
  if (!adjustable) {
    const message = `${id} refuses ${field}; its vectors have ${formatCount(dimensions)} numbers. Remove it.`;
    return [{ code: 'model.parameter', where: at([field], 'key'), message }];
  }
  if (asked <= dimensions) return [];
  const message = `${field} must be at most ${formatCount(dimensions)} for ${id}.`;
  return [{ code: 'body.range', where: at([field]), message }];
}
