// Which runs are old enough to go? Only those whose answers are in a merged file, for nowhere else they would be.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf } from '../life/snapshot.ts';
import { lockFolder } from '../store/jobLock.ts';
import { moveOut, removeOutgoing } from '../store/outgoing.ts';
import { mergedName, runsFolderOf } from './runFolder.ts';

export interface PrunedRuns {
  readonly ids: readonly string[];
  readonly sizeBytes: number;
}

/** @param changedBeforeMs milliseconds since 1970: runs that were gone on with since stay. */
export async function pruneRuns(home: string, changedBeforeMs: number, dryRun: boolean): Promise<PrunedRuns> {
  const folder = runsFolderOf(home);
  const ids: string[] = [];
  let sizeBytes = 0;
  for (const id of await readdir(folder).catch(() => [])) {
    const path = join(folder, id);
    const lock = await lockFolder(path).catch(() => null);
    // Another process runs it just now, or it is no folder.
    if (lock === null) continue;
    try {
      const facts = await factsOf(path);
      if (!facts.isMerged || facts.changedMs >= changedBeforeMs) continue;
      if (!dryRun) {
        await lock.assertHeld();
        await moveOut(home, path, `run-${id}`);
      }
      ids.push(id);
      sizeBytes += facts.sizeBytes;
    } finally {
      await lock.release();
    }
  }
  if (ids.length > 0 && !dryRun) await removeOutgoing(home);
  return { ids, sizeBytes };
}

interface RunFacts {
  readonly sizeBytes: number;
  /** When its last answer was written. */
  readonly changedMs: number;
  readonly isMerged: boolean;
}

async function factsOf(path: string): Promise<RunFacts> {
  let sizeBytes = 0;
  let changedMs = 0;
  let mergedMs: number | null = null;
  let isMergedThere = false;
  for (const name of await readdir(path)) {
    const facts = await stat(join(path, name)).catch(() => null);
    if (!facts?.isFile()) continue;
    sizeBytes += facts.size;
    if (name === mergedName) {
      mergedMs = facts.mtimeMs;
      isMergedThere = await isMergedFileThere(join(path, name));
    } else if (!name.startsWith('lock')) changedMs = Math.max(changedMs, facts.mtimeMs);
  }
  return { sizeBytes, changedMs, isMerged: isMergedThere && mergedMs !== null && mergedMs >= changedMs };
}

/** Somebody may have moved it away or changed it, or a batch of the file took its place: then this is where the answers are. */
async function isMergedFileThere(note: string): Promise<boolean> {
  const text = await readFile(note, 'utf8').catch(() => '');
  const [, out = '', sha256] = /^(.+)\n([0-9a-f]{64})\n$/s.exec(text) ?? [];
  const facts = out === '' ? null : await stat(out).catch(() => null);
  if (facts === null || !facts.isFile()) return false;
  const now = await hashOf({ path: out, offset: 0, sizeBytes: facts.size }).catch(() => null);
  return now?.sha256 === sha256;
}
