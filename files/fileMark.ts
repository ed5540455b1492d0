// Is the file at a path another one than when it was read? Asked with each check of an open document.
import { statSync } from 'node:fs';

/** Equal marks mean equal content; what is there but cannot be looked at has one too, and none is thrown. */
export function fileMark(path: string): string {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.ino}:${stats.mtimeNs}:${stats.size}`;
  } catch {
    return 'unreadable';
  }
}
