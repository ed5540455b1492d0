// So that the names in a folder survive a power cut: the file that was renamed, the file that was made.
import { open } from 'node:fs/promises';

/** Never throws: not every system can. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows has no folders to sync.
  }
}
