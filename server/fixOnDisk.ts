// Mends what only a file's bytes have: in a worker, on disk, and never under changes that are not saved.
import { basename } from 'node:path';
import { byteCodes, type Configuration } from '#core';
import type { WorkerPool } from '#files';

export interface FileToMend {
  /** Null for a document that is no file on this machine. */
  readonly path: string | null;
  /** Its document, if one is open, shows what is on disk. */
  readonly isSaved: boolean;
  /** As in FixOnDiskOptions. */
  readonly chosen: boolean;
  readonly config: Configuration;
  /** ISO date. */
  readonly today: string;
}

export interface Mended {
  readonly done: boolean;
  /** For the person: one sentence. */
  readonly message: string;
}

export async function fixOnDisk(
  pool: WorkerPool,
  { path, isSaved, chosen, config, today }: FileToMend,
): Promise<Mended> {
  if (path === null) return { done: false, message: 'This document is no file on this disk; save it first.' };
  const name = basename(path);
  if (!isSaved) {
    return { done: false, message: `${name} has changes that are not saved; save it, then fix it.` };
  }
  const result = await pool.run(
    'fix',
    { path, config, today, provider: 'auto', codes: byteCodes, chosen, write: true },
    { priority: 'interactive' },
  );
  if ('kind' in result) return { done: false, message: result.message };
  const done = Object.keys(result.applied).length > 0;
  const outcome = done ? `${name} is saved as UTF-8 now.` : `${name} needed no fix on disk.`;
  return { done, message: result.refused ?? outcome };
}
