// Which of several windows says something of a job? Whoever makes the file does; the others find it there.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Engine } from './engine.ts';

/** A window that nobody looks at leaves the notice to one that somebody does. */
const unfocusedMs = 1500;

/** @param what names the notice; it is claimed once for a job, also by windows that are opened later. */
export async function claimNotice(engine: Engine, jobId: string, what: string): Promise<boolean> {
  if (!vscode.window.state.focused) await sleep(unfocusedMs);
  return claimAtOnce(engine, jobId, what);
}

/** For whoever waits for it. */
export async function claimAtOnce(engine: Engine, jobId: string, what: string): Promise<boolean> {
  const { store } = await engine.desk();
  try {
    await writeFile(join(store.folderOf(jobId), `told-${what}`), '', { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    // Where nothing can be written, saying it twice is better than not at all.
    return !(error instanceof Error && 'code' in error && error.code === 'EEXIST');
  }
}
