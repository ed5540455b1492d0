// What will a file on disk cost? Streamed, by many threads; what is kept is sums, and single estimates only for who asks.
import type { Configuration, Dialect, EstimatedLine, EstimateSummary, Provider } from '#core';
import { InputFile } from '../inputFile.ts';
import type { WorkerPool } from '../workerPool.ts';
import { EstimateSheet } from './estimateSheet.ts';
import { readHead } from './fileHead.ts';
import { FilePass, type PassCut } from './filePass.ts';
import type { PartSettings } from './readPart.ts';

export interface EstimateFileOptions {
  /** Who shares the work, where the file is large; without it this thread. */
  readonly pool?: WorkerPool | undefined;
  /** This thread has others to answer meanwhile: the pool does all of the work, also of a small file. */
  readonly workersOnly?: boolean | undefined;
  /** ISO date the prices are looked up for. */
  readonly today: string;
  /** `auto` reads the dialect from the first lines. */
  readonly provider: Provider | 'auto';
  readonly config: Configuration;
  /** Prices all requests as if they named this model. */
  readonly asModel?: string | undefined;
  /** Keeps the figures of each request. */
  readonly perLine?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For tests. */
  readonly cut?: PassCut | undefined;
  /** Bytes of the file that are counted so far. */
  readonly onProgress?: ((countedBytes: number) => void) | undefined;
}

export interface FileEstimate {
  /** Null when the lines are requests of nobody; they were counted as OpenAI's. */
  readonly dialect: Dialect | null;
  /** In the order of the file; blank lines and lines that are no JSON object are left out. Null: not asked for. */
  readonly lines: readonly EstimatedLine[] | null;
  /** Lines that were left out though they are not blank. */
  readonly unreadableLines: number;
  readonly summary: EstimateSummary;
}

export interface EstimateByLine extends FileEstimate {
  readonly lines: readonly EstimatedLine[];
}

/** @throws the file system's error (ENOENT, EISDIR, EACCES …), or AbortError. */
export function estimateFile(
  path: string,
  options: EstimateFileOptions & { readonly perLine: true },
): Promise<EstimateByLine>;
export function estimateFile(path: string, options: EstimateFileOptions): Promise<FileEstimate>;
export async function estimateFile(path: string, options: EstimateFileOptions): Promise<FileEstimate> {
  const { config, today, asModel, perLine = false, onProgress } = options;
  options.signal?.throwIfAborted();
  const input = InputFile.open(path);
  try {
    const { kind } = readHead(input, options);
    const sheet = new EstimateSheet(kind, perLine, asModel);
    const settings: PartSettings = {
      ...{ check: 'none', content: 'requests', boundTokens: false, hasPlaces: false, config, today },
      provider: sheet.settings.provider,
      estimate: sheet.settings,
    };
    const pass = new FilePass(input, options);
    for await (const { answer, end } of pass.answers(() => settings)) {
      sheet.add(answer);
      onProgress?.(end);
    }
    input.assertUnchanged();
    return sheet.result();
  } finally {
    input.dispose();
  }
}
