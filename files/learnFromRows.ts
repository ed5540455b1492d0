// What do the results of a job teach? A sample of its merged rows: what was estimated of each, and what it really used.
import {
  basisOf,
  defaultConfiguration,
  EvidenceTally,
  findModel,
  type ModelEvidence,
  type Provider,
  type ResultRow,
  readRow,
  reusedAttempt,
  tokenizerOf,
  type Usage,
} from '#core';
import { readLines } from './lines.ts';
import { estimateLines } from './pass/estimateLines.ts';

export interface RowsToLearnFrom {
  /** A merged results file. */
  readonly path: string;
  /** How many rows it has, about; of more than `mostRows` they are taken at equal distances. */
  readonly rows: number;
  readonly provider: Provider;
  /** Of requests that name none. */
  readonly model: string | null;
  /** ISO date. */
  readonly today: string;
}

const mostRows = 2000;
/** Of requests that are counted again: a few seconds. */
const mostCharacters = 16_000_000;

/** Streamed. @throws what reading throws, or AbortError. */
export async function learnFromRows(
  { path, rows, provider, model, today }: RowsToLearnFrom,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly ModelEvidence[]> {
  const distance = Math.max(1, Math.ceil(rows / mostRows));
  const tally = new EvidenceTally();
  // Without any correction: what is learnt must not rest on what was learnt before.
  const config = { ...defaultConfiguration, provider, model };
  let characters = 0;
  for await (const lines of readLines(path, { signal, longLines: 'leaveOut' })) {
    const used: UsedResult[] = [];
    for (const { line, text } of lines) {
      const row = line % distance === 0 && characters < mostCharacters ? readRow(text) : null;
      if (row === null || !isUsed(row)) continue;
      characters += row.request.length;
      used.push(row);
    }
    const texts = used.map(({ request }) => request);
    const estimates = await estimateLines({ texts, today, provider, config });
    for (const [index, { usage }] of used.entries()) {
      const estimate = estimates[index];
      if (!estimate?.model) continue;
      tally.add({
        model: findModel(estimate.model, provider)?.id ?? estimate.model,
        basis: basisOf(tokenizerOf(estimate.model, provider)),
        estimatedTokens: estimate.inputTokens,
        method: estimate.inputMethod,
        inputTokens: usage.input_tokens,
        outputTokens: usage.output_tokens,
      });
    }
    if (characters >= mostCharacters) break;
  }
  return tally.result();
}

type UsedResult = ResultRow & { readonly usage: Usage };

function isUsed(row: ResultRow): row is UsedResult {
  // What was taken over from an earlier job has taught already.
  return row.status === 'succeeded' && row.usage !== null && row.attempt !== reusedAttempt;
}
