// Which lines fit a query best? Ids before texts; of each kind the first ones are kept, whatever the size of the file.
import { memberText } from '../json/skim.ts';
import { askedText } from './askedText.ts';
import { previewAt, previewOf } from './preview.ts';

export interface RequestMatch {
  /** 0-based. */
  readonly line: number;
  readonly customId: string | null;
  readonly by: 'id' | 'text';
  /** One line: where the text was found, with what stands around it; for an id the beginning of what is asked. */
  readonly preview: string;
}

export interface MatchOptions {
  readonly query: string;
  /** As the dialect calls it. */
  readonly idField: string;
  /** Matches that are wanted at most. */
  readonly limit: number;
}

/** By how well they fit: ids that are equal, that begin so, that contain it; texts. Serialisable. */
export interface RankedMatches {
  readonly ranks: readonly (readonly RequestMatch[])[];
  /** Of all matches, also those that are not kept. */
  readonly count: number;
}

const rankCount = 4;
const byText = rankCount - 1;

export class RequestMatches {
  readonly #options: MatchOptions;
  readonly #query: string;
  readonly #ranks: RequestMatch[][] = Array.from({ length: rankCount }, () => []);
  #count = 0;

  constructor(options: MatchOptions) {
    this.#options = options;
    this.#query = options.query.toLowerCase();
  }

  /**
   * Takes a line in which the query was found. Lines come in the order of the file.
   * @param text without terminator and byte order mark. @param at the column where it was found.
   */
  add(line: number, text: string, at: () => number): void {
    this.#count++;
    const customId = customIdOf(text, this.#options.idField);
    const rank = this.#rankOf(customId);
    const kept = this.#ranks[rank];
    if (kept === undefined || kept.length >= this.#options.limit) return;
    const by = rank === byText ? 'text' : 'id';
    const preview = by === 'text' ? unshared(previewAt(text, at())) : previewOfRequest(text);
    kept.push({ line, customId, by, preview });
  }

  result(): RankedMatches {
    return { ranks: this.#ranks, count: this.#count };
  }

  #rankOf(customId: string | null): number {
    const id = customId?.toLowerCase() ?? null;
    const at = id?.indexOf(this.#query) ?? -1;
    if (at === -1) return byText;
    // Nothing is at the beginning of every id.
    if (this.#query === '') return 1;
    return id === this.#query ? 0 : at === 0 ? 1 : 2;
  }
}

/** @param parts of one file, in its order. */
export function bestMatches(
  parts: readonly RankedMatches[],
  limit: number,
): { readonly matches: readonly RequestMatch[]; readonly truncated: boolean } {
  const ranks = Array.from({ length: rankCount }, (_, rank) =>
    parts.flatMap((part) => part.ranks[rank] ?? []),
  );
  const matches = ranks.flat().slice(0, limit);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  return { matches, truncated: count > matches.length };
}

/** Of a line that is no JSON: what stands where an id would. Never throws. */
export function customIdOf(text: string, idField: string): string | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const value = memberText(text, idField);
    const id: unknown = value?.startsWith('"') ? JSON.parse(value) : null;
    return typeof id === 'string' ? unshared(id) : null;
  } catch {
    return null;
  }
}

/** A text of monstrous size is not parsed for a preview. */
const mostParsed = 1 << 22;

/** The beginning of what is asked; of a line that is no JSON its own. Never throws. */
export function previewOfRequest(text: string): string {
  return unshared(asked(text));
}

function asked(text: string): string {
  try {
    const words = text.length > mostParsed ? null : askedText(JSON.parse(text));
    return words === null ? previewAt(text, 0) : previewOf(words);
  } catch {
    return previewAt(text, 0);
  }
}

/** A part of a string holds on to all of it, here to megabytes of file. */
function unshared(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
