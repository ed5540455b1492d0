// Which file is meant by a URI?
import { fileURLToPath } from 'node:url';

/** Null for a document that is no file, or one on a machine that this one cannot name as a path. */
export function pathOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}
