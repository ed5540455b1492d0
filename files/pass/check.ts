// Checks a file on disk, and estimates it in the same pass: streamed, by many threads, with the same rules as an open document.
import type { BatchFile, CheckLineOptions, Configuration, FileReport, Provider } from '#core';
import type { HeadEncoding } from '../encoding.ts';
import { InputFile } from '../inputFile.ts';
import type { WorkerPool } from '../workerPool.ts';
import type { FileEstimate } from './estimate.ts';
import { FileChecker } from './fileChecker.ts';
import { FilePass, type PassCut } from './filePass.ts';

export interface CheckFileOptions {
  /** `auto` reads the dialect from the first lines. */
  readonly provider: Provider | 'auto';
  readonly config: Configuration;
  readonly maxProblems: number;
  /** ISO date. */
  readonly today: string;
  /** What is estimated in the same pass; `summary` keeps no figures of single lines. Default: nothing. */
  readonly estimate?: 'none' | 'summary' | 'lines' | undefined;
  /** Whether the bytes are hashed as they are read. */
  readonly sha256?: boolean | undefined;
  /** Who shares the work, where the file is large; without it this thread. */
  readonly pool?: WorkerPool | undefined;
  /** This thread has others to answer meanwhile: the pool does all of the work, also of a small file. */
  readonly workersOnly?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((readBytes: number) => void) | undefined;
  /** For tests. */
  readonly cut?: PassCut | undefined;
  /** Told once, of a file that is not read at once, what its first lines show. */
  readonly onFirst?: ((first: FirstCheck) => void) | undefined;
}

export interface FileCheck {
  /** Null when the file is of no dialect that can be checked. */
  readonly provider: Provider | null;
  /** What its lines are. */
  readonly content: 'requests' | 'results';
  readonly report: FileReport;
  /** Of exactly the bytes that were checked, hexadecimal; null: not asked for. */
  readonly sha256: string | null;
  /** Null: not asked for. */
  readonly estimate: FileEstimate | null;
}

/** What the first lines of a file show; what depends on the others (limits in tokens, an id that comes again) is not in it. */
export interface FirstCheck extends Pick<FileCheck, 'provider' | 'content' | 'report'> {
  readonly readBytes: number;
}

/** With everything that must be known before money is spent. */
export interface FullCheck extends FileCheck {
  readonly sha256: string;
  readonly estimate: FileEstimate;
}

type FullCheckOptions = CheckFileOptions & { readonly sha256: true; readonly estimate: 'summary' | 'lines' };

/**
 * Problems are placed by a second look at their lines, so the file must be a regular one and stay as it is meanwhile.
 * @throws FileFailureError for what cannot be read or changes meanwhile, or AbortError.
 */
export function checkFile(path: string, options: FullCheckOptions): Promise<FullCheck>;
export function checkFile(path: string, options: CheckFileOptions): Promise<FileCheck>;
export async function checkFile(path: string, options: CheckFileOptions): Promise<FileCheck> {
  const { onFirst, sha256, ...rest } = options;
  options.signal?.throwIfAborted();
  const input = InputFile.open(path);
  try {
    const pass = new FilePass(input, { ...options, isFirstSmall: onFirst !== undefined });
    const checker = new FileChecker(input, { ...rest, pool: pass.pool, boundTokens: true });
    let isFirst = onFirst !== undefined;
    for await (const part of pass.answers(() => checker.settings)) {
      checker.add(part);
      options.onProgress?.(part.end);
      const first = isFirst && part.end < input.sizeBytes ? checker.first() : null;
      if (first === null) continue;
      isFirst = false;
      onFirst?.({ ...first, readBytes: part.end });
    }
    const check = checker.finish(await checker.tokenFindings());
    input.assertUnchanged();
    return { ...check, sha256: pass.sha256() };
  } finally {
    input.dispose();
  }
}

export type ScanFileOptions = Pick<
  CheckFileOptions,
  'provider' | 'config' | 'today' | 'signal' | 'onProgress'
>;

/** The lines of a file and where they are, for whoever changes some of them. */
export interface FileScan {
  readonly head: HeadEncoding;
  /** False also for a file whose lines cannot be told from each other (UTF-16). */
  readonly isBatchFile: boolean;
  /** How the lines were checked. */
  readonly checking: CheckLineOptions;
  readonly lines: BatchFile;
  /** Of all lines; a file that is pretty-printed over very many has less of them in `lines`. */
  readonly lineCount: number;
  /** Without a byte order mark. */
  textOf(line: number): string;
  /** Whether its text is all that its bytes say. */
  isUtf8(line: number): boolean;
  /** The first byte of a line, or of what follows the last one. */
  offsetOf(line: number): number;
}

/** As checkFile sees them. The file must stay open and as it is. */
export async function scanFile(input: InputFile, options: ScanFileOptions): Promise<FileScan> {
  const pass = new FilePass(input, { signal: options.signal });
  const checker = new FileChecker(input, { ...options, maxProblems: 0 });
  for await (const part of pass.answers(() => checker.settings)) {
    checker.add(part);
    options.onProgress?.(part.end);
  }
  return checker.scan();
}
