// What will a file on disk cost? Streamed to the workers in batches; what is kept is the estimates, not the texts.
import {
  type Configuration,
  type Dialect,
  detectFile,
  dialectOf,
  type EstimatedLine,
  type EstimateSummary,
  type Provider,
  summarizeEstimates,
} from '#core';
import { type FileLine, readLines } from './lines.ts';
import type { WorkerPool } from './workerPool.ts';

export interface EstimateFileOptions {
  readonly pool: WorkerPool;
  /** ISO date the prices are looked up for. */
  readonly today: string;
  /** `auto` reads the dialect from the first lines. */
  readonly provider: Provider | 'auto';
  readonly config: Configuration;
  /** Prices all requests as if they named this model. */
  readonly asModel?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the file that are counted so far. */
  readonly onProgress?: ((countedBytes: number) => void) | undefined;
}

export interface FileEstimate {
  /** Null when the lines are requests of nobody; they were counted as OpenAI's. */
  readonly dialect: Dialect | null;
  /** In the order of the file; blank lines and lines that are no JSON object are left out. */
  readonly lines: readonly EstimatedLine[];
  /** Lines that were left out though they are not blank. */
  readonly unreadableLines: number;
  readonly summary: EstimateSummary;
}

/** Batches in flight per worker: one at work, one waiting, so that none is idle and memory stays bounded. */
const batchesPerWorker = 2;

/** @throws the file system's error (ENOENT, EISDIR, EACCES …), or AbortError. */
export function estimateFile(path: string, options: EstimateFileOptions): Promise<FileEstimate> {
  return estimateBatches(readLines(path, { signal: options.signal }), options);
}

/** The same for lines from anywhere. */
export async function estimateBatches(
  batches: AsyncIterable<readonly FileLine[]>,
  options: EstimateFileOptions,
): Promise<FileEstimate> {
  const results: Promise<CountedBatch>[] = [];
  let countedBytes = 0;
  let dialect: Dialect | null | undefined;
  // A failed batch ends the others too; what they say then is of no interest.
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  try {
    for await (const batch of batches) {
      if (results.length >= options.pool.size * batchesPerWorker) {
        await results[results.length - options.pool.size * batchesPerWorker];
      }
      dialect ??= dialectOfLines(batch, options);
      const provider = dialect?.provider ?? 'openai';
      const counted = countBatch(batch, { ...options, provider, signal }).then((result) => {
        countedBytes = Math.max(countedBytes, result.endOffset);
        options.onProgress?.(countedBytes);
        return result;
      });
      counted.catch(() => {});
      results.push(counted);
    }
    return collect(await Promise.all(results), dialect ?? null);
  } catch (error) {
    stop.abort(error);
    throw error;
  }
}

interface CountedBatch {
  readonly lines: readonly EstimatedLine[];
  readonly unreadableLines: number;
  readonly endOffset: number;
}

function dialectOfLines(
  lines: readonly FileLine[],
  { provider, config }: EstimateFileOptions,
): Dialect | null {
  if (provider !== 'auto') return dialectOf(provider);
  const kind = detectFile(
    lines.map(({ text }) => text),
    config.provider,
  );
  return kind?.kind === 'requests' ? kind.dialect : null;
}

async function countBatch(
  batch: readonly FileLine[],
  options: EstimateFileOptions & { readonly provider: Provider },
): Promise<CountedBatch> {
  const { pool, today, provider, config, asModel, signal } = options;
  const filled = batch.filter((line) => line.text.trim() !== '');
  const estimates = await pool.run(
    'estimate',
    { texts: filled.map((line) => line.text), today, provider, config, asModel },
    { signal },
  );
  const lines: EstimatedLine[] = [];
  for (const [index, { line }] of filled.entries()) {
    const estimate = estimates[index] ?? null;
    if (estimate !== null) lines.push({ line, estimate });
  }
  const last = batch.at(-1);
  const endOffset = last === undefined ? 0 : last.offset + last.sizeBytes;
  return { lines, unreadableLines: filled.length - lines.length, endOffset };
}

function collect(batches: readonly CountedBatch[], dialect: Dialect | null): FileEstimate {
  const lines = batches.flatMap((batch) => batch.lines);
  return {
    dialect,
    lines,
    unreadableLines: batches.reduce((sum, batch) => sum + batch.unreadableLines, 0),
    summary: summarizeEstimates(lines.map((line) => line.estimate)),
  };
}
