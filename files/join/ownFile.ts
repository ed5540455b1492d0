// Is the file that stands where we want to write one of ours? Anything else is never overwritten.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { readOutcome, readRow, rowBeginning, withoutByteOrderMark } from '#core';
import { type FileFailure, FileFailureError, readingError } from '../fileFailure.ts';
import { readLines } from '../lines.ts';

/** An empty file has nothing to lose: it counts as ours. */
export type Ownership = 'absent' | 'ours' | 'foreign';

const beginningBytes = 256;

/** A merged file is known by its first line. */
export async function ownershipOfMerged(path: string): Promise<Ownership> {
  return ownership(path, async () => {
    // A foreign file may be one line of gigabytes, so look at how it begins before reading the line.
    const beginning = await readBeginning(path);
    if (beginning === '') return true;
    if (!rowBeginning.test(beginning)) return false;
    const first = await firstLine(path);
    return first !== null && readRow(first) !== null;
  });
}

/**
 * A surplus file holds result lines as they came, so it is known by a result in its first line; one that begins with a
 * line that is not JSON only beside a merged file of ours.
 */
export async function ownershipOfSurplus(path: string, merged: Ownership): Promise<Ownership> {
  return ownership(path, async () => {
    const first = await firstLine(path);
    if (first === null) return true;
    const result = readOutcome(first);
    return result.kind === 'unreadable' ? result.reason === 'notJson' && merged === 'ours' : true;
  });
}

async function ownership(path: string, isOurs: () => Promise<boolean>): Promise<Ownership> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return 'foreign';
    return (await isOurs()) ? 'ours' : 'foreign';
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return 'absent';
    }
    throw readingError(error, path);
  }
}

async function readBeginning(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: beginningBytes - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function firstLine(path: string): Promise<string | null> {
  for await (const [first] of readLines(path)) return first ? withoutByteOrderMark(first.text) : null;
  return null;
}

export function notOurs(path: string): FileFailureError {
  const message = `${path} is already there and was not made by LLM Batch; move it or name another file.`;
  const failure: FileFailure = { kind: 'notOurs', path, message };
  return new FileFailureError(failure);
}
