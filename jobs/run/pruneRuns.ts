// Which runs are old enough to go? Only those whose answers are in a merged file, for nowhere else they would be.
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '../jobLock.ts';
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
        // Whole or gone, also when this process is killed; what is called so goes with the next prune.
        const outgoing = join(home, `.pruned-run-${id}`);
        await rename(path, outgoing);
        await rm(outgoing, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
      }
      ids.push(id);
      sizeBytes += facts.sizeBytes;
    } finally {
      await lock.release();
    }
  }
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
  for (const name of await readdir(path)) {
    const facts = await stat(join(path, name)).catch(() => null);
    if (!facts?.isFile()) continue;
    sizeBytes += facts.size;
    if (name === mergedName) mergedMs = facts.mtimeMs;
    else if (!name.startsWith('lock')) changedMs = Math.max(changedMs, facts.mtimeMs);
  }
  return { sizeBytes, changedMs, isMerged: mergedMs !== null && mergedMs >= changedMs };
}
