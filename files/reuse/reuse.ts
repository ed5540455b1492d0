// Which requests were answered before, word for word the same? Their answers are taken over as rows; only the others are left
// to be sent and paid for.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { reusedAttempt } from '#core';
import { type FileFailure, withFailures } from '../fileFailure.ts';
import { FileReplacement } from '../fileReplacement.ts';
import { FileJoin } from '../join/joinFiles.ts';
import type { JoinedRow, JoinOptions, ResultsFile } from '../join/joinTypes.ts';
import { writeRetry } from '../join/retry.ts';
import { RowWriter } from '../join/rowWriter.ts';
import { readLines } from '../lines.ts';

/** An earlier job: what was asked, and what came back. */
export interface AnsweredBefore {
  readonly id: string;
  readonly requests: string;
  readonly results: readonly ResultsFile[];
}

export interface ReuseRequest {
  readonly requests: string;
  /** Of several answers to the same request that of the first counts. */
  readonly sources: readonly AnsweredBefore[];
  /** Where the requests go that have no answer, byte for byte. Not written when there are none. */
  readonly restOut: string;
  /** Where the rows go of those that have one. Not written when there are none. */
  readonly rowsOut: string;
}

export interface ReuseReport {
  readonly kind: 'reused';
  /** Requests that have an answer, and that are left to be sent. */
  readonly reused: number;
  readonly rest: number;
  /** Whose answers they are, those that gave none left out. */
  readonly sources: readonly {
    readonly id: string;
    readonly rows: number;
    /** Some of its answers were taken over from still earlier jobs. */
    readonly passedOn: boolean;
  }[];
}

/**
 * The same is the same id with the same request: the text of the whole line but for the space around it. Only answers count,
 * no failures. A source that cannot be read is passed over.
 * @returns one sentence when nothing was written. @throws AbortError.
 */
export async function reuse(
  request: ReuseRequest,
  options: JoinOptions = {},
): Promise<ReuseReport | FileFailure> {
  return withFailures(async () => {
    const progress = new ReuseProgress(request, options);
    const wanted = await marksOf(request.requests, options);
    const rows = await FileReplacement.open(request.rowsOut);
    const sources: ReuseReport['sources'][number][] = [];
    try {
      const writer = new RowWriter((bytes) => rows.write(bytes));
      for (const source of request.sources) {
        if (wanted.size === 0) break;
        const found = await takeFrom(source, wanted, writer, progress.of(source));
        progress.passed(source);
        if (found.rows > 0) sources.push({ id: source.id, ...found });
      }
      await writer.finish();
      const reused = sources.reduce((sum, source) => sum + source.rows, 0);
      if (reused === 0) return { kind: 'reused', reused, rest: wanted.size, sources } as const;
      await rows.commit();
      // Asked of the rows as the merge will ask them: what is left out here is what it finds there.
      const results = [{ path: request.rowsOut, attempt: reusedAttempt, trusted: true }];
      const { requests, restOut: out } = request;
      const { signal } = options;
      const rest = await writeRetry({ requests, results, out, overwrite: true }, { signal });
      return rest.kind === 'written'
        ? ({ kind: 'reused', reused, rest: rest.written, sources } as const)
        : rest;
    } finally {
      await rows.discard();
    }
  });
}

/** Bytes of earlier jobs that are looked through, of all of them: that is where the time goes. */
class ReuseProgress {
  readonly #options: JoinOptions;
  readonly #totalBytes: number;
  #doneBytes = 0;

  constructor({ sources }: ReuseRequest, options: JoinOptions) {
    this.#options = options;
    this.#totalBytes = sources.reduce((sum, source) => sum + sizeOf(source), 0);
  }

  of(source: AnsweredBefore): JoinOptions {
    const bytes = sizeOf(source);
    return {
      signal: this.#options.signal,
      onProgress: (done, all) => this.#say(Math.round((bytes * done) / Math.max(1, all))),
    };
  }

  /** Also where nothing of it was read. */
  passed(source: AnsweredBefore): void {
    this.#doneBytes += sizeOf(source);
    this.#say(0);
  }

  #say(bytes: number): void {
    this.#options.onProgress?.(this.#doneBytes + bytes, this.#totalBytes);
  }
}

/** A file that cannot be read has no bytes; its job is passed over. */
function sizeOf({ requests, results }: AnsweredBefore): number {
  const paths = [requests, ...results.map(({ path }) => path)];
  return paths.reduce((sum, path) => sum + bytesAt(path), 0);
}

function bytesAt(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** Marks of the requests of a file; lines that are not UTF-8, and those that are there twice, have none. */
async function marksOf(path: string, { signal }: JoinOptions): Promise<Set<string>> {
  const marks = new Set<string>();
  const twice = new Set<string>();
  for await (const lines of readLines(path, { signal, longLines: 'leaveOut' })) {
    for (const { text, invalid, leftOut } of lines) {
      const mark = invalid === null && !leftOut ? markOf(text) : null;
      if (mark === null) continue;
      if (marks.has(mark)) twice.add(mark);
      marks.add(mark);
    }
  }
  for (const mark of twice) marks.delete(mark);
  return marks;
}

/** Null for a blank line. A byte order mark is space. */
function markOf(text: string): string | null {
  const line = text.trim();
  return line === '' ? null : createHash('sha256').update(line).digest('base64');
}

interface Taken {
  rows: number;
  passedOn: boolean;
}

/** Takes what it gives out of what is wanted. */
async function takeFrom(
  { requests, results }: AnsweredBefore,
  wanted: Set<string>,
  writer: RowWriter,
  options: JoinOptions,
): Promise<Readonly<Taken>> {
  const taken: Taken = { rows: 0, passedOn: false };
  await withFailures(async () => {
    // Most earlier jobs have nothing in common with this file; one pass over their requests shows it.
    if (!(await hasAny(requests, wanted, options))) return;
    const join = await FileJoin.open({ requests, results, absent: [], priceOf: () => 0 }, options);
    const take = (row: JoinedRow): void => {
      if (takeRow(row, wanted, writer) === 'left') return;
      taken.rows++;
      taken.passedOn ||= row.facts.attempt === reusedAttempt;
    };
    try {
      await join.eachRow(take, async () => {
        if (writer.isFull) await writer.flush();
      });
    } finally {
      join.dispose();
    }
  });
  return taken;
}

function takeRow(row: JoinedRow, wanted: Set<string>, writer: RowWriter): 'taken' | 'left' {
  const { facts, line } = row;
  if (facts.status !== 'succeeded' || facts.customId === null) return 'left';
  const mark = markOf(Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8'));
  if (mark === null || !wanted.delete(mark)) return 'left';
  writer.add({ ...row, facts: { ...facts, costUsd: 0, attempt: reusedAttempt } });
  return 'taken';
}

async function hasAny(path: string, wanted: ReadonlySet<string>, { signal }: JoinOptions): Promise<boolean> {
  for await (const lines of readLines(path, { signal, longLines: 'leaveOut' })) {
    for (const { text } of lines) {
      const mark = markOf(text);
      if (mark !== null && wanted.has(mark)) return true;
    }
  }
  return false;
}
