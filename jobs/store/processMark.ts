// Which process left a file here, and does it still live? Told by what the process wrote into it.
import { hostname } from 'node:os';

/** What a process writes of itself, beside whatever else. */
export function processMark(more: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({ host: hostname(), pid: process.pid, ...more });
}

/** What stands beside the process; null where that is nothing, or this is no mark. */
export function wordOf(mark: string, name: string): string | null {
  try {
    const word = (JSON.parse(mark) as Readonly<Record<string, unknown>>)[name];
    return typeof word === 'string' && word !== '' ? word : null;
  } catch {
    return null;
  }
}

/** Whether it is there in whole. */
export function isMark(text: string): boolean {
  try {
    return typeof (JSON.parse(text) as { readonly pid?: unknown } | null)?.pid === 'number';
  } catch {
    return false;
  }
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
