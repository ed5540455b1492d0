// What does /v1/embeddings answer? One vector of length 1 for each input (openai SDK 7.55); equal inputs get equal vectors.
import { type Answer, tokensOf } from '../answerContext.ts';
import type { Json } from '../json.ts';
import { shortened, vectorOf } from '../vectors.ts';
import { dimensionsOf, snapshotOf } from './models.ts';

export function answerEmbeddings(body: Json): Answer {
  const inputs = embeddingInputs(body);
  const inputTokens = inputs.reduce<number>((sum, input) => sum + inputTokensOf(input), 0);
  const dimensions = typeof body.dimensions === 'number' ? body.dimensions : dimensionsOf(String(body.model));
  const packed = body.encoding_format === 'base64';
  return {
    usage: { inputTokens, outputTokens: 0, reasoningTokens: 0 },
    body: {
      object: 'list',
      data: inputs.map((input, index) => {
        const vector = vectorOf(input, dimensions);
        return {
          object: 'embedding',
          index,
          embedding: packed ? base64Of(vector) : Array.from(vector, shortened),
        };
      }),
      model: snapshotOf(String(body.model)),
      usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
    },
  };
}

/** Texts or token arrays; a list of token ids is one input. */
export function embeddingInputs(body: Json): readonly unknown[] {
  const { input } = body as { input?: unknown };
  return Array.isArray(input) && typeof input[0] !== 'number' ? input : [input];
}

function inputTokensOf(input: unknown): number {
  return Array.isArray(input) ? input.length : tokensOf(String(input));
}

function base64Of(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}
