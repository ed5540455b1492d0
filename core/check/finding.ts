// What a check of one line finds, before it has a line number: the place is worked out only for problems that are shown.
import type { Fix } from '../fix/fix.ts';
import { type JsonPath, locate } from '../json/skim.ts';
import type { ProblemCode, Scope, Severity } from '../problem.ts';

export type Where =
  | { readonly kind: 'span'; readonly start: number; readonly end: number }
  /** The key or the value at a path; `owner` is the name (or opening bracket) of an object that lacks something. */
  | { readonly kind: 'path'; readonly path: JsonPath; readonly target: 'key' | 'value' | 'owner' }
  | { readonly kind: 'line' };

export interface Finding {
  readonly code: ProblemCode;
  readonly where: Where;
  readonly message: string;
  /** Where this case differs from the code's usual severity. */
  readonly severity?: Severity;
  /** Where this case differs from the code's usual scope. */
  readonly scope?: Scope;
  /** The member that is missing, where that is what is wrong and more of the file is needed to say what it should be. */
  readonly lacks?: 'url';
  /** The likeliest first. */
  readonly fixes?: readonly Fix[];
}

export const wholeLine: Where = { kind: 'line' };

export function at(path: JsonPath, target: 'key' | 'value' | 'owner' = 'value'): Where {
  return { kind: 'path', path, target };
}

/** The columns of a finding in its line's text; the whole line where the path is not (or no longer) there. */
export function columnsOf(where: Where, text: string): { readonly start: number; readonly end: number } {
  if (where.kind === 'span') return { start: where.start, end: Math.max(where.start, where.end) };
  const found = where.kind === 'path' ? locate(text, where.path) : null;
  if (found === null || where.kind !== 'path') return { start: 0, end: text.length };
  if (where.target === 'value') return found.value;
  if (found.key !== null) return found.key;
  return where.target === 'owner' ? { start: found.value.start, end: found.value.start + 1 } : found.value;
}
