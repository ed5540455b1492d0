// Why could a record not be kept? The file system's errors as one sentence and what to do.

/** A record could not be kept. Then nothing that may be paid for is done. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** @throws StoreError where the file system refuses. */
export async function keeping<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    throw new StoreError(`The job could not be kept in ${path}: ${reasonOf(code)}.`, { cause: error });
  }
}

function reasonOf(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full, free some space and go on';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'access is denied, change the permissions or set LLM_BATCH_HOME to another folder';
    case 'ENOENT':
      return 'it is gone';
    default:
      return `the system reports ${code}`;
  }
}

export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
