// How much does a request ask to embed, and is it within what OpenAI embeds at once?

import { formatCount } from '../../figures.ts';
import type { JsonObject } from '../../json/members.ts';
import { openaiLimits } from '../../limits.ts';
import { findModel, type Model } from '../../models/models.ts';
import { at, type Finding } from '../finding.ts';

export const embeddingsUrl = '/v1/embeddings';

/** A request with more is wrong as a whole; the first ones say why. */
const maxFindings = 50;

/** Texts or token arrays in the body of an embedding request: a list of token ids is one input. */
export function countInputs({ input }: JsonObject): number {
  if (Array.isArray(input)) return typeof input[0] === 'number' ? 1 : input.length;
  return typeof input === 'string' ? 1 : 0;
}

/** Limits of the models in the catalogue; those of others are not known. */
export function checkEmbeddings(body: JsonObject): readonly Finding[] {
  const model = typeof body.model === 'string' ? findModel(body.model, 'openai') : null;
  if (model === null || !model.endpoints.includes(embeddingsUrl)) return [];
  return [...checkTokens(body, model), ...checkDimensions(body, model)];
}

/** Of token arrays, which are as long as they are; texts are counted on a slower lane (tokenRules.ts). */
function checkTokens({ input }: JsonObject, model: Model): Finding[] {
  if (!Array.isArray(input)) return [];
  const { maxTokensPerEmbeddingInput, maxTokensPerEmbeddingRequest } = openaiLimits;
  // A list of token ids is one input.
  const isOne = typeof input[0] === 'number';
  const inputs: readonly unknown[] = isOne ? [input] : input;
  const findings: Finding[] = [];
  let sum = 0;
  for (const [index, one] of inputs.entries()) {
    if (!Array.isArray(one)) continue;
    sum += one.length;
    if (one.length <= maxTokensPerEmbeddingInput || findings.length >= maxFindings) continue;
    const limit = `${model.id} takes ${formatCount(maxTokensPerEmbeddingInput)} in one input`;
    findings.push(
      isOne
        ? tooLong('input', ['input'], one.length, limit)
        : tooLong(`input[${index}]`, ['input', String(index)], one.length, limit),
    );
  }
  if (sum > maxTokensPerEmbeddingRequest) {
    const limit = `one request takes ${formatCount(maxTokensPerEmbeddingRequest)} over all its inputs`;
    findings.push(tooLong('input', ['input'], sum, limit));
  }
  return findings;
}

function tooLong(name: string, path: readonly string[], tokens: number, limit: string): Finding {
  const message = `${name} has ${formatCount(tokens)} tokens; ${limit}. Split it.`;
  return { code: 'tokens.context', severity: 'error', where: at(path), message };
}

function checkDimensions({ dimensions }: JsonObject, { id, vector }: Model): Finding[] {
  if (dimensions === undefined || dimensions === null || vector === null) return [];
  if (!vector.adjustable) {
    const message = `${id} refuses dimensions; only text-embedding-3 models take it.`;
    return [{ code: 'model.parameter', where: at(['dimensions'], 'key'), message }];
  }
  if (typeof dimensions !== 'number' || dimensions <= vector.dimensions) return [];
  const message = `dimensions must be at most ${formatCount(vector.dimensions)} for ${id}.`;
  return [{ code: 'body.range', where: at(['dimensions']), message }];
}
