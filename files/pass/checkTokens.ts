// Which lines of a checked file pass a limit in tokens? Counts only those whose bytes leave it open, and of a queue only
// as many as it takes to pass it; a file that cannot pass any loads no rank data.
import {
  type BatchFile,
  type CheckLineOptions,
  defaultModel,
  type LineEstimate,
  type LineFinding,
  TokenFindings,
} from '#core';
import type { WorkerPool } from '../workerPool.ts';
import { estimateLines, type LinesToEstimate } from './estimateLines.ts';

export interface TokenCheckOptions {
  /** Every line bounded (`boundTokens`). */
  readonly file: BatchFile;
  readonly checking: CheckLineOptions;
  readonly textOf: (line: number) => string;
  /** Without it this thread counts. */
  readonly pool?: WorkerPool | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Characters that are counted at a time. */
const batchCharacters = 1 << 18;
/** Batches in flight per worker: one at work, one waiting. */
const batchesPerWorker = 2;

interface Batch {
  readonly lines: readonly number[];
  readonly estimates: Promise<readonly (LineEstimate | null)[]>;
}

export async function checkFileTokens(options: TokenCheckOptions): Promise<readonly LineFinding[]> {
  const { file, checking, pool, signal } = options;
  const tokens = new TokenFindings(checking);
  const queued = queuesThatMayFill(options, tokens);
  const inFlight: Batch[] = [];
  const settle = async (most: number): Promise<void> => {
    while (inFlight.length > most) {
      const { lines, estimates } = inFlight.shift()!;
      for (const [index, estimate] of (await estimates).entries()) {
        if (estimate !== null) tokens.add(lines[index]!, estimate);
      }
      signal?.throwIfAborted();
    }
  };
  const isOpen = (line: number): boolean => {
    const facts = file.factsOf(line);
    if (facts === undefined || facts.kind !== 'request') return false;
    const model = modelOf(facts.model, checking);
    return facts.mayExceed || (model !== null && queued.has(model) && tokens.queues.isOpen(model));
  };
  for (let from = 0; from < file.lineCount; ) {
    const batch = takeBatch(from, isOpen, options);
    from = batch.end;
    if (batch.lines.length === 0) continue;
    const estimates = estimate(batch.texts, options);
    estimates.catch(() => {});
    inFlight.push({ lines: batch.lines, estimates });
    await settle(pool === undefined ? 0 : pool.size * batchesPerWorker - 1);
  }
  await settle(0);
  return tokens.findings;
}

function modelOf(named: string | null, { dialect, config }: CheckLineOptions): string | null {
  return named ?? defaultModel(dialect, config);
}

/** The models whose lines together may have more tokens than their queue takes. */
function queuesThatMayFill(
  { file, checking }: TokenCheckOptions,
  { queues }: TokenFindings,
): ReadonlySet<string> {
  const sums = new Map<string, number>();
  for (let line = 0; line < file.lineCount; line++) {
    const { model: named = null, tokenBound = 0 } = file.factsOf(line) ?? {};
    const model = modelOf(named, checking);
    if (model !== null && tokenBound > 0) sums.set(model, (sums.get(model) ?? 0) + tokenBound);
  }
  return new Set([...sums].filter(([model, sum]) => queues.mayPass(model, sum)).map(([model]) => model));
}

function takeBatch(
  from: number,
  isOpen: (line: number) => boolean,
  { file, textOf }: TokenCheckOptions,
): { readonly end: number; readonly lines: readonly number[]; readonly texts: readonly string[] } {
  const lines: number[] = [];
  const texts: string[] = [];
  let characters = 0;
  let line = from;
  for (; line < file.lineCount && characters < batchCharacters; line++) {
    if (!isOpen(line)) continue;
    const text = textOf(line);
    lines.push(line);
    texts.push(text);
    characters += text.length;
  }
  return { end: line, lines, texts };
}

function estimate(
  texts: readonly string[],
  { checking, pool, signal }: TokenCheckOptions,
): Promise<readonly (LineEstimate | null)[]> {
  const { dialect, config, today } = checking;
  const lines: LinesToEstimate = { texts, today, config, provider: dialect.provider };
  return pool === undefined ? estimateLines(lines) : pool.estimateLines(lines, { signal });
}
