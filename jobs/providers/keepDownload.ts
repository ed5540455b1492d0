// Writes what is downloaded: to a temporary file, synced, then renamed. The path appears only when it is complete.
import { FileReplacement } from '#files';
import { LocalFileError } from './calls.ts';

/** @throws LocalFileError when it cannot be written; the stream's own error when it breaks. */
export async function keepDownload(
  body: AsyncIterable<Uint8Array> | null,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const file = await locally(() => FileReplacement.open(path, 0o600));
  try {
    for await (const chunk of body ?? []) {
      signal.throwIfAborted();
      await locally(() => file.write(chunk));
    }
    await locally(() => file.commit());
  } finally {
    await file.discard();
  }
}

async function locally<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    // It says itself in one sentence what is wrong with the place.
    if (error instanceof Error) throw new LocalFileError(error.message, { cause: error });
    throw error;
  }
}
