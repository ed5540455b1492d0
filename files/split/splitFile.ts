// Writes the parts of a batch file as files of their own: the same bytes, every line in one of them, or nothing at all.
import { existsSync } from 'node:fs';
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FilePart } from '#core';
import {
  type FileFailure,
  FileFailureError,
  readingError,
  withFailures,
  writingError,
} from '../fileFailure.ts';
import { FileReplacement } from '../fileReplacement.ts';
import { InputFile } from '../inputFile.ts';
import { type CutOptions, cutFile, type FileCut } from './split.ts';

export interface SplitOptions extends CutOptions {
  /** Made where there is none. */
  readonly folder: string;
  /** The file that the parts are named after. */
  readonly name: string;
  /** Looks at the cut before anything is written, and may throw. */
  readonly accepts?: ((cut: FileCut) => void) | undefined;
}

export interface SplitReport {
  readonly kind: 'split';
  readonly cut: FileCut;
  /** Of each part, in their order. */
  readonly paths: readonly string[];
  /** Parts of an earlier split of this file that were too many; their lines are in the others. */
  readonly removed: readonly string[];
}

/** Each is a file that is written, synced and renamed; a limit that makes more of them is a slip of the hand. */
const mostParts = 1000;
const copyBytes = 1 << 22;

/**
 * Files of an earlier split of the same file are replaced; any other in their place is left alone, and nothing is written.
 * Progress counts each byte twice: it is read to find the cuts, and copied.
 * @returns the report, or one sentence on why nothing was written. @throws AbortError.
 */
export async function splitFile(path: string, options: SplitOptions): Promise<SplitReport | FileFailure> {
  return withFailures(async () => {
    const input = InputFile.open(path);
    try {
      const cut = await cutFile(input, options);
      options.accepts?.(cut);
      if (cut.requests === 0) throw nothingDone(path, `${path} has no requests; there is nothing to split.`);
      if (cut.parts.length > mostParts) {
        const message = `${path} would become ${cut.parts.length} files, and ${mostParts} are the most; raise the limits.`;
        throw nothingDone(path, message);
      }
      return await writeParts(input, cut, options);
    } finally {
      input.dispose();
    }
  });
}

/** Recursion only where it is needed: Node's never ends where a folder that is there takes no other (/proc). */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(folder, { recursive: !existsSync(dirname(folder)) }).catch((error: unknown) => {
    throw writingError(error, folder);
  });
}

async function writeParts(input: InputFile, cut: FileCut, options: SplitOptions): Promise<SplitReport> {
  const { folder, name } = options;
  const names = partNames(name, cut.parts.length);
  const paths = names.map((one) => join(folder, one));
  const earlier = await earlierParts(input, folder, name);
  await makeFolder(folder);
  const outs: FileReplacement[] = [];
  try {
    const copy = new Copy(input, options);
    for (const [index, part] of cut.parts.entries()) {
      const out = await FileReplacement.open(paths[index] as string);
      outs.push(out);
      await copy.range(part, out);
      await out.finish();
    }
    input.assertUnchanged();
    // Somebody may have put a file there meanwhile.
    await earlierParts(input, folder, name);
    for (const out of outs) await out.commit();
  } finally {
    for (const out of outs) await out.discard();
  }
  const removed = earlier.filter((path) => !paths.includes(path));
  for (const path of removed) {
    await unlink(path).catch((error: unknown) => {
      throw writingError(error, path);
    });
  }
  return { kind: 'split', cut, paths, removed };
}

class Copy {
  readonly #input: InputFile;
  readonly #options: SplitOptions;
  readonly #buffer = Buffer.allocUnsafeSlow(copyBytes);
  #copiedBytes = 0;

  constructor(input: InputFile, options: SplitOptions) {
    this.#input = input;
    this.#options = options;
  }

  async range({ offset, sizeBytes }: FilePart, out: FileReplacement): Promise<void> {
    const { signal, onProgress } = this.#options;
    for (let done = 0; done < sizeBytes; ) {
      signal?.throwIfAborted();
      const count = Math.min(copyBytes, sizeBytes - done);
      this.#input.read(this.#buffer, offset + done, count);
      await out.write(this.#buffer.subarray(0, count));
      done += count;
      this.#copiedBytes += count;
      onProgress?.(this.#input.sizeBytes + this.#copiedBytes);
    }
  }
}

/** `reviews.part-01.jsonl`, …: as many digits as it takes for them to sort, two at least. */
function partNames(name: string, parts: number): readonly string[] {
  const digits = Math.max(2, String(parts).length);
  return Array.from(
    { length: parts },
    (_, index) => `${beginning(name)}${String(index + 1).padStart(digits, '0')}.jsonl`,
  );
}

function beginning(name: string): string {
  return `${basename(name).replace(/\.(?:jsonl|ndjson)$/i, '')}.part-`;
}

/**
 * What is named as parts of the file are, where all of it is: one after the other they are the file's own beginning, so that
 * nothing is lost with them. @throws FileFailureError when it is anything else.
 */
async function earlierParts(input: InputFile, folder: string, name: string): Promise<readonly string[]> {
  const start = beginning(name);
  const found = (await namesIn(folder))
    .filter((one) => one.startsWith(start) && /^\d+\.jsonl$/.test(one.slice(start.length)))
    .map((one) => ({ path: join(folder, one), number: Number(one.slice(start.length, -'.jsonl'.length)) }))
    .sort((a, b) => a.number - b.number);
  let offset = 0;
  for (const { path } of found) {
    const sizeBytes = input.isAt(path) ? null : sizeIfRange(input, offset, path);
    if (sizeBytes === null) {
      const message = `${path} is already there and is no part of this file as it is now; move it or name another folder.`;
      throw new FileFailureError({ kind: 'notOurs', path, message });
    }
    offset += sizeBytes;
  }
  return found.map(({ path }) => path);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') throw nothingDone(folder, `${folder} is no folder; name another.`);
    throw readingError(error, folder);
  }
}

/** The size of a file that has the very bytes of the input from an offset on; null for any other. */
function sizeIfRange(input: InputFile, offset: number, path: string): number | null {
  let file: InputFile;
  try {
    file = InputFile.open(path);
  } catch {
    return null;
  }
  try {
    if (offset + file.sizeBytes > input.sizeBytes) return null;
    const [a, b] = [Buffer.allocUnsafe(copyBytes), Buffer.allocUnsafe(copyBytes)];
    for (let done = 0; done < file.sizeBytes; done += copyBytes) {
      const count = Math.min(copyBytes, file.sizeBytes - done);
      file.read(a, done, count);
      input.read(b, offset + done, count);
      if (a.compare(b, 0, count, 0, count) !== 0) return null;
    }
    return file.sizeBytes;
  } finally {
    file.dispose();
  }
}

function nothingDone(path: string, message: string): FileFailureError {
  return new FileFailureError({ kind: 'notReadable', path, message });
}
