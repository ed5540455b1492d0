// Writes what is downloaded: to a temporary file, synced, then renamed. The path appears only when it is complete.
import { open, rename, rm } from 'node:fs/promises';
import { LocalFileError } from './openaiProblem.ts';

/** @throws LocalFileError when it cannot be written; the stream's own error when it breaks. */
export async function keepDownload(
  body: AsyncIterable<Uint8Array> | null,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${path}.part`;
  const file = await locally(path, () => open(partial, 'w', 0o600));
  try {
    try {
      for await (const chunk of body ?? []) {
        signal.throwIfAborted();
        await locally(path, () => file.appendFile(chunk));
      }
      await locally(path, () => file.sync());
    } finally {
      await file.close();
    }
    await locally(path, () => rename(partial, path));
  } finally {
    await rm(partial, { force: true });
  }
}

async function locally<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason';
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    const why = full ? 'the disk is full, free some space' : `the system reports ${code}`;
    throw new LocalFileError(`${path} could not be written: ${why}.`, { cause: error });
  }
}
