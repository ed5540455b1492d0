// Is a file on disk still the one that was checked? Asked again and again, so without blocking.
import { stat } from 'node:fs/promises';

export interface DiskFile {
  /** Equal marks mean equal content; null: there is none. */
  readonly mark: string | null;
  readonly sizeBytes: number;
}

/** What is there but cannot be looked at has a mark too: reading it will tell why. Never rejects. */
export async function diskFileAt(path: string): Promise<DiskFile> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    // The time of change besides that of writing: tools set the latter back, and permissions come and go.
    return { mark: `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`, sizeBytes: Number(size) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const isGone = code === 'ENOENT' || code === 'ENOTDIR';
    return { mark: isGone ? null : code, sizeBytes: 0 };
  }
}
