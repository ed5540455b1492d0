// How does a folder of records go away? Whole or not at all: first its name, then what is in it, also when a process is
// killed between the two.
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder on its way out is called so, with its id behind it, directly in the home of all records. */
const outgoing = '.pruned-';

/** @param name unique in the home. `removeOutgoing` does the rest. */
export async function moveOut(home: string, folder: string, name: string): Promise<void> {
  await rename(folder, join(home, `${outgoing}${name}`));
}

/** What was moved out just now, or by a process that was killed. */
export async function removeOutgoing(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  for (const name of await readdir(home)) {
    if (!name.startsWith(outgoing)) continue;
    await rm(join(home, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}
