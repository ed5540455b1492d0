// Files that must become others before their lines can be mended: other encodings, arrays, objects over several lines.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProblemCode, type Refusal, ToLines, wanted } from '#core';
import { ByteSink } from '../byteSink.ts';
import { writingError } from '../fileFailure.ts';
import { InputFile } from '../inputFile.ts';
import { type FileScan, scanFile } from '../pass/check.ts';
import { openTemporaryFolder, type TemporaryFolder } from '../temporaryFolder.ts';
import type { FixOptions, FixRequest } from './fix.ts';
import { countReencodings, isDecodingError, reencode } from './reencode.ts';

export type Wants = (code: ProblemCode) => boolean;

export interface ScannedFile {
  readonly input: InputFile;
  readonly scan: FileScan;
}

/** UTF-16, in it carriage returns, then an array: what one step uncovers is for the next. */
const mostSteps = 4;
const chunkBytes = 1 << 20;

/** Owns the files it opens, and the temporary ones among them. */
export class Rewriting {
  readonly applied: Partial<Record<ProblemCode, number>> = {};
  readonly wants: Wants;
  /** Why something was left as it is: one sentence. */
  refused: string | null = null;
  readonly #request: FixRequest;
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: FixOptions['onProgress'];
  readonly #inputs: InputFile[] = [];
  #folder: TemporaryFolder | null = null;

  constructor(request: FixRequest, { signal, onProgress }: FixOptions) {
    this.#request = request;
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.wants = wanted(
      request.config.severity,
      request.codes === undefined ? undefined : new Set(request.codes),
    );
  }

  async open(path: string): Promise<ScannedFile> {
    const input = InputFile.open(path);
    // What comes after the first is quick, or as rare as the file that needs it.
    const onProgress = this.#inputs.length === 0 ? this.#onProgress : undefined;
    this.#inputs.push(input);
    const { provider, config, today } = this.#request;
    const options = { provider, config, today, signal: this.#signal, onProgress };
    return { input, scan: await scanFile(input, options) };
  }

  /** @returns the same file where nothing of the kind is to be done. */
  async rewrite(file: ScannedFile): Promise<ScannedFile> {
    let present = file;
    for (let step = 0; step < mostSteps; step++) {
      const next = (await this.#reencoded(present)) ?? (await this.#asLines(present));
      if (next === null) break;
      present = next;
    }
    return present;
  }

  async #reencoded(file: ScannedFile): Promise<ScannedFile | null> {
    const chosen = this.#request.chosen === true;
    const count = this.wants('file.encoding') ? countReencodings(file.scan, chosen) : 0;
    if (count === 0 || this.refused !== null) return null;
    let isDone = false;
    const next = await this.temporary(async (sink) => {
      const options = { chosen, signal: this.#signal };
      isDone = await reencode(file.input, file.scan, (bytes) => sink.write(bytes), options);
    });
    if (!isDone) {
      this.refused =
        'The file looks like UTF-16 but is not; open it in the program that wrote it and save it as UTF-8.';
      return null;
    }
    this.#count('file.encoding', count);
    return next;
  }

  async #asLines(file: ScannedFile): Promise<ScannedFile | null> {
    const { scan, input } = file;
    const shape = scan.isBatchFile ? scan.lines.shape : null;
    if (shape === null || !this.wants(shape) || this.refused !== null) return null;
    let refusal: Refusal | null = null;
    const next = await this.temporary(async (sink) => {
      refusal = await writeAsLines(input, sink, this.#signal);
    });
    if (refusal !== null) {
      this.refused = sentenceOf(refusal);
      return null;
    }
    this.#count(shape, 1);
    if (scan.head.encoding === 'utf-8-bom') this.#count('file.bom', 1);
    return next;
  }

  /** A file that is removed with the others. */
  async temporary(write: (sink: ByteSink) => Promise<void>): Promise<ScannedFile> {
    this.#folder ??= await openTemporaryFolder();
    const path = join(this.#folder.path, `${this.#inputs.length}.jsonl`);
    const handle = await open(path, 'wx', 0o600);
    try {
      const sink = new ByteSink((bytes) => handle.writeFile(bytes));
      await write(sink);
      await sink.flush();
    } catch (error) {
      throw writingError(error, path);
    } finally {
      await handle.close();
    }
    return await this.open(path);
  }

  #count(code: ProblemCode, count: number): void {
    this.applied[code] = (this.applied[code] ?? 0) + count;
  }

  async dispose(): Promise<void> {
    for (const input of this.#inputs) input.dispose();
    await this.#folder?.dispose();
  }
}

function sentenceOf({ line, column, message }: Refusal): string {
  return `The requests cannot be put on lines of their own: line ${line + 1}, column ${column + 1}: ${message}.`;
}

/** @returns why not; then what was written is of no use. */
async function writeAsLines(
  input: InputFile,
  sink: ByteSink,
  signal: AbortSignal | undefined,
): Promise<Refusal | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const machine = new ToLines();
  const writeLines = async (text: string): Promise<void> => {
    for (const line of machine.push(text)) await sink.write(Buffer.from(`${line}\n`));
  };
  try {
    for (let offset = 0; offset < input.sizeBytes && machine.refusal === null; offset += chunkBytes) {
      signal?.throwIfAborted();
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, input.sizeBytes - offset));
      input.read(chunk, offset, chunk.length);
      await writeLines(decoder.decode(chunk, { stream: true }));
    }
    await writeLines(decoder.decode());
  } catch (error) {
    if (isDecodingError(error)) return machine.refuseHere('what follows is not UTF-8');
    throw error;
  }
  return machine.end();
}
