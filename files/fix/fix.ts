// Mends a file on disk: every safe fix of the check, streamed, and written whole or not at all.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import {
  type Configuration,
  type CountByCode,
  type LineFix,
  lineFixes,
  type ProblemCode,
  type Provider,
} from '#core';
import { ByteSink } from '../byteSink.ts';
import { isWide } from '../encoding.ts';
import { type FileFailure, withFailures, writingError } from '../fileFailure.ts';
import { FileReplacement } from '../fileReplacement.ts';
import type { InputFile } from '../inputFile.ts';
import { LineBytes } from './lineBytes.ts';
import { type PatchedLine, PatchWriter } from './patch.ts';
import type { Write } from './reencode.ts';
import { Rewriting, type ScannedFile, type Wants } from './rewriting.ts';

export interface FixRequest {
  readonly path: string;
  readonly config: Configuration;
  /** ISO date. */
  readonly today: string;
  readonly provider: Provider | 'auto';
  /** Only problems of these; without: of all. */
  readonly codes?: readonly ProblemCode[];
  /** A person chose to have the file read in the encoding that it is likely, but not certain, to have. */
  readonly chosen?: boolean;
  /** False: only a patch is made. */
  readonly write: boolean;
  /** As a patch names the file; its path where not given. */
  readonly name?: string;
}

export interface FixOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((readBytes: number) => void) | undefined;
  /** Takes the patch piece by piece; without, the report has it. */
  readonly onPatch?: Write;
}

export interface FixReport {
  /** What was mended, or would be. */
  readonly applied: CountByCode;
  /** Lines that changed or went; of a file that was written anew, all it has now. */
  readonly changedLines: number;
  /** Of the file afterwards. */
  readonly sizeBytes: number;
  /** A unified diff; null when the file was written, nothing changes, or UTF-16 leaves nothing to compare. */
  readonly patch: string | null;
  /** Why something that is usually mended was not: one sentence. */
  readonly refused: string | null;
}

const chunkBytes = 1 << 20;
/** More can be no string, and is nothing that anybody reads. */
const longestPatchBytes = 1 << 28;

/** Applying it again changes nothing. @returns what was done, or why nothing was. @throws AbortError. */
export async function fixFile(
  request: FixRequest,
  options: FixOptions = {},
): Promise<FixReport | FileFailure> {
  return await withFailures(async () => {
    if (request.write) await assertWritable(request.path);
    const rewriting = new Rewriting(request, options);
    try {
      return await fix(request, options, rewriting);
    } finally {
      await rewriting.dispose();
    }
  });
}

async function fix(request: FixRequest, options: FixOptions, rewriting: Rewriting): Promise<FixReport> {
  const { path, write } = request;
  const original = await rewriting.open(path);
  const present = await rewriting.rewrite(original);
  const changes = changesOf(present, rewriting.wants);
  const applied = { ...rewriting.applied };
  for (const { codes } of changes) for (const code of codes) applied[code] = (applied[code] ?? 0) + 1;
  const isRewritten = present !== original;
  const report = {
    applied,
    changedLines: isRewritten ? present.scan.lineCount : changes.length,
    sizeBytes: original.input.sizeBytes,
    patch: null,
    refused: rewriting.refused,
  };
  if (!isRewritten && changes.length === 0) return report;
  if (write) return { ...report, sizeBytes: await replace(original.input, present, changes, options.signal) };
  const patch = new Patch(options.onPatch);
  const writer = new PatchWriter(request.name ?? path, patch.sink);
  const changed = isRewritten ? await rewriting.temporary((out) => copy(present, changes, out)) : null;
  if (changed === null) await writer.lines(new LineBytes(original), patched(present, changes));
  else if (!isWide(original.scan.head)) await writer.whole(new LineBytes(original), new LineBytes(changed));
  return { ...report, sizeBytes: await sizeAfter(present, changes), patch: await patch.finish() };
}

/** The lines that change; a byte order mark is on the first. */
function changesOf({ scan }: ScannedFile, wants: Wants): readonly LineFix[] {
  const { lines } = scan;
  if (!scan.isBatchFile || lines.shape !== null) return [];
  const { lineCount } = lines;
  const { checking, textOf } = scan;
  const source = { file: lines, lineCount, textOf, checking, isEditable: scan.isUtf8 };
  const fixes = [...lineFixes(source, wants)];
  if (scan.head.encoding !== 'utf-8-bom') return fixes;
  // Without its line the mark would be the beginning of the next one.
  if (!wants('file.bom')) return fixes.filter(({ line, removed }) => line > 0 || !removed);
  const first = fixes[0]?.line === 0 ? fixes.shift() : undefined;
  const codes: readonly ProblemCode[] = ['file.bom', ...(first?.codes ?? [])];
  return [{ line: 0, removed: false, edits: [], ...first, codes }, ...fixes];
}

async function replace(
  original: InputFile,
  present: ScannedFile,
  changes: readonly LineFix[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const { mode } = await stat(original.path);
  const file = await FileReplacement.open(original.path, mode & 0o7777);
  try {
    const sink = new ByteSink((bytes) => file.write(bytes));
    await copy(present, changes, sink, signal);
    await file.finish();
    original.assertUnchanged();
    await file.commit();
    return sink.sizeBytes;
  } finally {
    await file.discard();
  }
}

/** What is between the lines that change goes over as it is. */
async function copy(
  present: ScannedFile,
  changes: readonly LineFix[],
  sink: ByteSink,
  signal?: AbortSignal,
): Promise<void> {
  const lines = new LineBytes(present);
  const { scan, input } = present;
  let offset = 0;
  const copyTo = async (end: number): Promise<void> => {
    for (; offset < end; offset = Math.min(end, offset + chunkBytes)) {
      signal?.throwIfAborted();
      await sink.write(lines.range(offset, Math.min(end, offset + chunkBytes)));
    }
  };
  for (const change of changes) {
    await copyTo(scan.offsetOf(change.line));
    if (!change.removed) await sink.write(lines.after(change));
    offset = scan.offsetOf(change.line + 1);
  }
  await copyTo(input.sizeBytes);
  await sink.flush();
}

function* patched(present: ScannedFile, changes: readonly LineFix[]): Generator<PatchedLine> {
  const lines = new LineBytes(present);
  for (const change of changes) {
    yield { line: change.line, removed: change.removed, after: () => lines.after(change) };
  }
}

async function sizeAfter(present: ScannedFile, changes: readonly LineFix[]): Promise<number> {
  const sink = new ByteSink(async () => {});
  await copy(present, changes, sink);
  return sink.sizeBytes;
}

/** A file that may be read but not changed could still be replaced; nobody means that. */
async function assertWritable(path: string): Promise<void> {
  try {
    // What is not there, or no file, is said when it is read.
    await access(path, constants.F_OK).then(
      () => access(path, constants.W_OK),
      () => {},
    );
  } catch (error) {
    throw writingError(error, path);
  }
}

/** Handed on piece by piece, or kept as a text. */
class Patch {
  readonly #pieces: Uint8Array[] = [];
  readonly #isKept: boolean;
  readonly sink: ByteSink;

  constructor(onPatch: Write | undefined) {
    this.#isKept = onPatch === undefined;
    this.sink = new ByteSink(onPatch ?? (async (bytes) => this.#keep(bytes)));
  }

  async finish(): Promise<string | null> {
    await this.sink.flush();
    return this.#isKept && this.sink.sizeBytes > 0 ? Buffer.concat(this.#pieces).toString('utf8') : null;
  }

  #keep(bytes: Uint8Array): void {
    if (this.sink.sizeBytes > longestPatchBytes) throw new RangeError('The patch is too long to be kept.');
    this.#pieces.push(bytes);
  }
}
