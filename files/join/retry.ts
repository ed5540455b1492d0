// Which requests of a batch are to be sent again? Those without an answer, byte for byte as they were.
import { stat } from 'node:fs/promises';
import { type AbsenceFrom, canSucceedAgain, memberText, type NoteCode, type RowStatus } from '#core';
import { type FileFailure, FileFailureError, withFailures } from '../fileFailure.ts';
import { FileReplacement } from '../fileReplacement.ts';
import { FileJoin } from './joinFiles.ts';
import type { JoinedRow, JoinOptions, ResultsFile } from './joinTypes.ts';

export interface RetryRequest {
  readonly requests: string;
  /** Output and error files, or merged files of ours. */
  readonly results: readonly ResultsFile[];
  /** A file, or whoever takes the bytes as they come (standard output). */
  readonly out: string | ((bytes: Uint8Array) => Promise<void>);
  /** Replaces a file that is there; without it such a file is left alone. */
  readonly overwrite?: boolean;
  /** Without: every request that did not succeed. */
  readonly statuses?: readonly RowStatus[] | undefined;
  /** Also requests that succeeded with such an answer. The answer that is there stays until a better one is. */
  readonly notes?: readonly NoteCode[] | undefined;
  /** Leaves out those of which it is known that they fail again. */
  readonly onlyHopeful?: boolean | undefined;
  /** How requests without any result count; `missing` when not given. */
  readonly absent?: readonly AbsenceFrom[] | undefined;
}

export interface RetryReport {
  readonly kind: 'written';
  /** Requests written; when there is none to send again no file is written. */
  readonly written: number;
  /** Of the requests that are meant, written or left out, those that fail again as they are. */
  readonly hopeless: number;
}

const retriedStatuses: readonly RowStatus[] = ['failed', 'expired', 'cancelled', 'missing'];

/**
 * Writes the requests to send again in source order, with their ids and line ends (every line ends in LF).
 * @returns how many, or one sentence on why nothing was written. @throws AbortError.
 */
export async function writeRetry(
  request: RetryRequest,
  options: JoinOptions = {},
): Promise<RetryReport | FileFailure> {
  return withFailures(async () => {
    const { requests, results, out, absent = [] } = request;
    const join = await FileJoin.open({ requests, results, absent, priceOf: () => null }, options);
    const file = typeof out === 'string' ? await openOutput(join, out, request.overwrite ?? false) : null;
    const sink = typeof out === 'string' ? null : out;
    try {
      const copied = await copy(join, request, async (bytes) => {
        await (file === null ? sink?.(bytes) : file.write(bytes));
      });
      if (copied.written > 0) await file?.commit();
      return { kind: 'written', ...copied } as const;
    } finally {
      join.dispose();
      await file?.discard();
    }
  });
}

async function openOutput(join: FileJoin, path: string, overwrite: boolean): Promise<FileReplacement> {
  try {
    const exists = (await stat(path).catch(() => null)) !== null;
    if (exists && (!overwrite || join.isInput(path))) {
      const message = `${path} is already there; move it or name another file.`;
      throw new FileFailureError({ kind: 'notOurs', path, message });
    }
    return await FileReplacement.open(path);
  } catch (error) {
    join.dispose();
    throw error;
  }
}

async function copy(
  join: FileJoin,
  { statuses = retriedStatuses, notes = [], onlyHopeful = false }: RetryRequest,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<Omit<RetryReport, 'kind'>> {
  const wanted = new Set(statuses);
  const wantedNotes = new Set(notes);
  const lineFeed = Buffer.from('\n');
  const copied = { written: 0, hopeless: 0 };
  let pieces: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(pieces);
    pieces = [];
    if (bytes.length > 0) await write(bytes);
  };
  const take = (row: JoinedRow): void => {
    const { status, note } = row.facts;
    const isNoted = status === 'succeeded' && note !== null && wantedNotes.has(note.code);
    if (!isNoted && !wanted.has(status)) return;
    if (status !== 'succeeded' && !isHopeful(row)) {
      copied.hopeless++;
      if (onlyHopeful) return;
    }
    copied.written++;
    pieces.push(Buffer.from(row.line), lineFeed);
  };
  await join.eachRow(take, flush);
  await flush();
  return copied;
}

function isHopeful({ facts, response }: JoinedRow): boolean {
  if (facts.status !== 'failed' || response === null) return canSucceedAgain(facts);
  // OpenAI's form; the others say what kind of error it was in its code.
  const status = Number(memberText(Buffer.from(response).toString('utf8'), 'status_code'));
  return canSucceedAgain(facts, status > 0 ? status : null);
}
