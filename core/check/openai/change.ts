// Fixes that many rules of OpenAI's bodies offer, and the question whether a field says anything.
import type { Fix } from '../../fix/fix.ts';
import type { JsonPath } from '../../json/skim.ts';

/** A null means the same as leaving it out. */
export function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** @param safe that the request asks for the same without it. */
export function removing(path: JsonPath, safe = false): Fix {
  return { title: `Remove ${path.at(-1)}`, change: { kind: 'removeMember', path }, safe };
}

export function adding(path: JsonPath, name: string, json: string): Fix {
  return { title: `Add "${name}": ${json}`, change: { kind: 'insertMember', path, name, json }, safe: false };
}
