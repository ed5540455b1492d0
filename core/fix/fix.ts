// What would mend a finding: said by path and kind, so that it costs nothing until someone asks for its edit.
import { clip } from '../check/clip.ts';
import type { JsonPath } from '../json/skim.ts';

export type FixChange =
  /** Puts other JSON text where a value stands. */
  | { readonly kind: 'replaceValue'; readonly path: JsonPath; readonly json: string }
  /** Puts quotes around a number, whose digits stay as they are. */
  | { readonly kind: 'quoteValue'; readonly path: JsonPath }
  /** Gives a member another name; the value stays. */
  | { readonly kind: 'renameKey'; readonly path: JsonPath; readonly name: string }
  /** Takes a member out, with the comma that separates it. */
  | { readonly kind: 'removeMember'; readonly path: JsonPath }
  /** Puts a member into an object beside it, which it makes where it is not there yet. */
  | { readonly kind: 'moveMember'; readonly path: JsonPath; readonly into: string }
  /** Writes text before and after a value; the value stays. */
  | { readonly kind: 'wrapValue'; readonly path: JsonPath; readonly before: string; readonly after: string }
  /** Adds a member to the object at `path`; without effect where it has one of that name. */
  | { readonly kind: 'insertMember'; readonly path: JsonPath; readonly name: string; readonly json: string }
  /** Gives the line's custom_id an ending that no other line has; one without a custom_id gets one. */
  | { readonly kind: 'uniqueId' }
  /** Takes the line out. */
  | { readonly kind: 'removeLine' }
  /** An array, or objects over several lines, become one object a line; values keep their text. */
  | { readonly kind: 'toLines' }
  /** UTF-8 without a mark and line feeds at line ends; only on disk, for an editor shows text and not bytes. */
  | { readonly kind: 'reencode' };

export interface Fix {
  /** What a person reads on the button: an imperative, no full stop. */
  readonly title: string;
  readonly change: FixChange;
  /** Cannot do harm and can mean nothing else: `check --fix` and "fix all" apply it unasked. */
  readonly safe: boolean;
}

/** @param safe that the request asks for the same without it. */
export function removing(path: JsonPath, safe = false): Fix {
  return { title: `Remove ${path.at(-1)}`, change: { kind: 'removeMember', path }, safe };
}

export function writing(path: JsonPath, json: string, safe = false): Fix {
  return { title: `Write ${clip(json)}`, change: { kind: 'replaceValue', path, json }, safe };
}

/** @param path of the object that gets the member. */
export function adding(path: JsonPath, name: string, json: string): Fix {
  return { title: `Add "${name}": ${json}`, change: { kind: 'insertMember', path, name, json }, safe: false };
}
