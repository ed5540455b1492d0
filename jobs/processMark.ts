// Which process left a file here, and does it still live? Told by what the process wrote into it.
import { hostname } from 'node:os';

/** What a process writes of itself, beside whatever else. */
export function processMark(more: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({ host: hostname(), pid: process.pid, ...more });
}

/** The process that left this mark; null when it is of another computer, or no mark. */
export function localPid(mark: string): number | null {
  try {
    const { host, pid } = JSON.parse(mark) as { readonly host: unknown; readonly pid: unknown };
    return host === hostname() && typeof pid === 'number' ? pid : null;
  } catch {
    return null;
  }
}
