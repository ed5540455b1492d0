// What do all rows of a merge come to: how many ended how, what they cost, and why those that failed did?
import { KnownSum } from '../money/prices.ts';
import type { NoteCode, RowError, RowFacts, RowNote, RowStatus, Usage } from '../result.ts';
import { errorPattern } from './errorPattern.ts';
import { isOfUnknownCost } from './join.ts';

/** One row of several, to look at: its id, 0-based line and what is said of it. */
interface Example {
  readonly customId: string | null;
  readonly line: number;
  readonly message: string;
}

/** Rows that failed for the same reason. */
export interface ErrorClass {
  readonly status: RowStatus;
  readonly code: string;
  /** What the provider's messages have in common: numbers, ids and addresses are taken out. */
  readonly message: string;
  readonly count: number;
  readonly example: Example;
}

/** Rows that succeeded, with the same note. */
export interface NoteClass {
  readonly code: NoteCode;
  readonly count: number;
  readonly example: Example;
}

/** The attempt of rows that were not asked for again: an earlier job has paid for them. */
export const reusedAttempt = 0;

/** A provider that puts something unique into each code shall not fill the memory. */
const maxClasses = 500;
const otherCode = 'other';

export class RowTally {
  readonly #rows: Record<RowStatus, number> = {
    succeeded: 0,
    failed: 0,
    expired: 0,
    cancelled: 0,
    missing: 0,
  };
  readonly #errors = new Map<string, ErrorClass & { count: number }>();
  readonly #notes = new Map<NoteCode, NoteClass & { count: number }>();
  readonly #usage = {
    input_tokens: 0,
    output_tokens: 0,
    cached_input_tokens: 0,
    cache_write_tokens: 0,
    reasoning_tokens: 0,
  };
  readonly #usd = new KnownSum();
  #unpricedRows = 0;
  #rowsWithoutUsage = 0;

  add(row: RowFacts): void {
    this.#rows[row.status]++;
    if (row.note !== null) this.#addNote(row, row.note);
    // Taken over from an earlier job: what it used was paid for there.
    if (row.attempt === reusedAttempt) return;
    if (row.usage !== null) this.#addUsage(row.usage);
    else if (row.status === 'succeeded') this.#rowsWithoutUsage++;
    // Providers bill what was answered; any other row costs only when it says that it used something.
    const isBilled = row.status === 'succeeded' || row.usage !== null || row.costUsd !== null;
    if (isBilled || isOfUnknownCost(row)) this.#addCost(row.costUsd);
    if (row.error !== null) this.#addError(row, row.error);
  }

  get rows(): Readonly<Record<RowStatus, number>> {
    return { ...this.#rows };
  }

  /** USD of all rows; null when one of those that cost something has no known price. */
  get costUsd(): number | null {
    return this.#usd.total();
  }

  /** Rows that cost something of which it is not known how much. */
  get unpricedRows(): number {
    return this.#unpricedRows;
  }

  /** Null when a row that succeeded does not say what it used. */
  get usage(): Usage | null {
    return this.#rowsWithoutUsage > 0 ? null : { ...this.#usage };
  }

  /** The most frequent first. */
  get errors(): readonly ErrorClass[] {
    return [...this.#errors.values()].sort((a, b) => b.count - a.count);
  }

  /** The most frequent first. */
  get notes(): readonly NoteClass[] {
    return [...this.#notes.values()].sort((a, b) => b.count - a.count);
  }

  #addCost(usd: number | null): void {
    this.#usd.add(usd);
    if (usd === null) this.#unpricedRows++;
  }

  #addUsage(usage: Usage): void {
    this.#usage.input_tokens += usage.input_tokens;
    this.#usage.output_tokens += usage.output_tokens;
    this.#usage.cached_input_tokens += usage.cached_input_tokens;
    this.#usage.cache_write_tokens += usage.cache_write_tokens;
    this.#usage.reasoning_tokens += usage.reasoning_tokens;
  }

  #addNote({ customId, line }: RowFacts, { code, message }: RowNote): void {
    const known = this.#notes.get(code);
    if (known) known.count++;
    else this.#notes.set(code, { code, count: 1, example: { customId, line, message } });
  }

  #addError({ status, customId, line }: RowFacts, error: RowError): void {
    const pattern = errorPattern(error.message);
    const key = `${status} ${error.code} ${pattern}`;
    const isKept = this.#errors.has(key) || this.#errors.size < maxClasses;
    const [code, message] = isKept ? [error.code, pattern] : [otherCode, ''];
    const kept = isKept ? key : `${status} ${otherCode} `;
    const known = this.#errors.get(kept);
    if (known) known.count++;
    else {
      const example = { customId, line, message: error.message };
      this.#errors.set(kept, { status, code, message, count: 1, example });
    }
  }
}
