// What is a word of another provider called here? Schemas say so of names, tags and values that people write by habit.
import type { ErrorObject } from 'ajv';
import type { Fix } from '../fix/fix.ts';
import type { JsonPath } from '../json/skim.ts';
import type { BodySchema } from './bodySchemas.ts';

export interface ForeignWord {
  /** What to write, as the end of a sentence. */
  readonly words: string;
  /** The very same thing here, a name or a value; undefined: only a person can rewrite it. */
  readonly same: unknown;
}

/** @returns null for words that the schema of the place does not know. */
export function foreignWord(word: unknown, { parentSchema }: ErrorObject): ForeignWord | null {
  if (typeof word !== 'string') return null;
  const { sameAs = {}, meant = {} } = parentSchema as Partial<BodySchema>;
  if (Object.hasOwn(sameAs, word)) return { words: JSON.stringify(sameAs[word]), same: sameAs[word] };
  const words = Object.hasOwn(meant, word) ? meant[word] : undefined;
  return words === undefined ? null : { words, same: undefined };
}

/** The same of a tag: what stands for a whole object stands for its tag too. */
export function foreignTag(word: unknown, tag: string, error: ErrorObject): ForeignWord | null {
  const foreign = foreignWord(word, error);
  if (typeof foreign?.same !== 'object' || foreign.same === null) return foreign;
  const same = (foreign.same as Readonly<Record<string, unknown>>)[tag];
  return { words: JSON.stringify(same), same };
}

/** `; write "text"`, or nothing. */
export function writeInstead(foreign: Pick<ForeignWord, 'words'> | null): string {
  return foreign === null ? '' : `; write ${foreign.words}`;
}

/** Puts the same thing where a word stands. */
export function sameFixes(foreign: ForeignWord | null, path: JsonPath): readonly Fix[] {
  if (foreign === null || foreign.same === undefined) return [];
  const change = { kind: 'replaceValue', path, json: foreign.words } as const;
  return [{ title: `Write ${foreign.words}`, change, safe: true }];
}

/** A value that is a word of another provider. */
export function foreignValue(value: unknown, error: ErrorObject, path: JsonPath): Instead | null {
  const foreign = foreignWord(value, error);
  return foreign === null ? null : { words: foreign.words, fixes: sameFixes(foreign, path) };
}

export interface Instead {
  readonly words: string;
  readonly fixes: readonly Fix[];
}

/** A value that stands without the object around it, or in one that does not belong there, as other endpoints have it. */
export function misplaced(value: unknown, { parentSchema }: ErrorObject, path: JsonPath): Instead | null {
  const { wrapIn, unwrapFrom } = parentSchema as Partial<BodySchema>;
  if (wrapIn !== undefined && typeof value === 'string') {
    const words = `{"${wrapIn}": …}`;
    const change = { kind: 'wrapValue', path, before: `{"${wrapIn}":`, after: '}' } as const;
    return { words, fixes: [{ title: `Write ${words}`, change, safe: true }] };
  }
  const inner = unwrapFrom === undefined ? undefined : innerText(value, unwrapFrom);
  if (inner === undefined || unwrapFrom === undefined) return null;
  const isAll = Object.keys(value as object).length === 1 && inner.length <= mostCopied;
  const change = { kind: 'replaceValue', path, json: JSON.stringify(inner) } as const;
  const words = `the value of ${JSON.stringify(unwrapFrom)} alone`;
  return { words, fixes: isAll ? [{ title: `Write ${words}`, change, safe: true }] : [] };
}

/** Text that is longer is not copied for a fix that nobody may ask for. */
const mostCopied = 2000;

function innerText(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const inner = (value as Readonly<Record<string, unknown>>)[key];
  return typeof inner === 'string' ? inner : undefined;
}
