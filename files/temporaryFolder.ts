// Where is what has no name of its own kept: standard input, a file in between? What a killed process left goes with the next one.
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computerName } from './computerName.ts';
import { isAlive } from './isAlive.ts';

/** Ours by its name, with whose it is: other computers may share the place. */
const ownPrefix = `llm-batch-${computerName}-`;
const ownName = /^(\d+)-\w{6}$/;

export interface TemporaryFolder {
  /** Absolute; only this user can look into it. */
  readonly path: string;
  dispose(): Promise<void>;
}

/** @throws the file system's error. */
export async function openTemporaryFolder(place = tmpdir()): Promise<TemporaryFolder> {
  await removeOrphans(place);
  const path = await mkdtemp(join(place, `${ownPrefix}${process.pid}-`));
  return { path, dispose: () => rm(path, { recursive: true, force: true }) };
}

async function removeOrphans(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    const pid = name.startsWith(ownPrefix) ? ownName.exec(name.slice(ownPrefix.length))?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(place, name);
    const stats = await lstat(path).catch(() => null);
    // Anybody may make a folder of this name there.
    if (stats?.isDirectory() !== true || stats.uid !== (process.getuid?.() ?? stats.uid)) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
