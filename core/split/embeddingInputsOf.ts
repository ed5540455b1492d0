// How many texts to embed does a line add to its part? Without reading lines that cannot have any.
import { readLine } from '../check/checkLine.ts';
import { countInputs, embeddingsUrl } from '../check/openai/embeddings.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { partsOf } from '../dialects/parts.ts';

/** As the check counts them; 0 where the provider has no limit for them. @param text without a byte order mark. */
export function embeddingInputsOf(text: string, dialect: Dialect): number {
  if (dialect.maxEmbeddingInputs === null) return 0;
  // An escape may spell the url otherwise.
  if (!text.includes('embeddings') && !text.includes('\\u')) return 0;
  const line = readLine(text, 0);
  if ('facts' in line) return 0;
  const { endpoint, body } = partsOf(line.value, dialect);
  return endpoint?.url === embeddingsUrl && body !== null ? countInputs(body) : 0;
}
