// How ages, waits, paths and commands to type are written for a person in the terminal. Loaded with every verb, so nothing
// of core is.
import { relative } from 'node:path';
import { printable } from './printable.ts';

/** How long ago, in its largest unit: "12 min ago", "3 days ago". */
export function formatAge(iso: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 60) return 'just now';
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

/** How long it is until then: "40 seconds", "12 min", "5 h". */
export function formatWait(seconds: number): string {
  if (seconds < 120) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

/** A path as it is named here: from the present folder where it is in it. */
export function fromHere(path: string): string {
  const short = relative('', path);
  return short === '' || short === '..' || /^\.\.[\\/]/.test(short) ? path : short;
}

/** The same for a person. */
export function shownPath(path: string): string {
  return printable(fromHere(path));
}

/** A word as it must be typed in a shell. */
export function shellWord(name: string): string {
  const word = printable(name);
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The date that prices and retirements are looked at with, as "2026-11-21". */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Broken between words into lines of at most so many characters, and into no fewer than 20. */
export function wrapped(text: string, columns: number): string {
  const width = Math.max(20, columns);
  const fitting = new RegExp(`(.{1,${width}})(?:\\s+|$)|(.{${width}})`, 'gu');
  return text.replace(fitting, '$1$2\n').trimEnd();
}
