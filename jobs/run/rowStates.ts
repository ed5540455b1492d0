// Which rows of a run have been sent, and which are done? One byte a row, read back from the journals of a run.

/** How a row that has a result ended: see RunVerdict; `failed` could succeed when it is sent again. */
export type RowEnd = 'answered' | 'refused' | 'failed';

const codes: Readonly<Record<RowEnd, number>> = { answered: 1, refused: 2, failed: 3 };
const ends: readonly (RowEnd | null)[] = [null, 'answered', 'refused', 'failed'];
const endBits = 3;
/** Above them stands how many calls were made and not answered since. */
const oneCall = 4;
const mostCalls = 0xff - endBits;

export interface RowStateCounts extends Readonly<Record<RowEnd, number>> {
  /** Sent, and nothing is known of an answer: they may have been paid for. */
  readonly unclear: number;
  /** Calls without an answer for rows that have a result since: they may have been paid for beside it. */
  readonly unanswered: number;
}

export class RowStates {
  #bytes = new Uint8Array(1024);
  readonly #counts = { answered: 0, refused: 0, failed: 0, unclear: 0, unanswered: 0 };

  sent(line: number): void {
    const before = this.#at(line);
    if (before < oneCall) this.#counts.unclear++;
    if (before < mostCalls) this.#bytes[line] = before + oneCall;
  }

  /** Of the last call: a later end stands for an earlier one, but an answer is never lost. */
  ended(line: number, end: RowEnd): void {
    const before = this.#at(line);
    if (before >= oneCall) {
      this.#counts.unclear--;
      this.#counts.unanswered += Math.floor(before / oneCall) - 1;
    }
    const earlier = ends[before & endBits] ?? null;
    if (earlier !== null) this.#counts[earlier]--;
    const now = earlier === 'answered' ? earlier : end;
    this.#counts[now]++;
    this.#bytes[line] = codes[now];
  }

  /** The last call was surely not taken: it is as if it had not been made. Those before it may have been. */
  notTaken(line: number): void {
    const before = this.#at(line);
    if (before < oneCall) return;
    this.#bytes[line] = before - oneCall;
    if (before - oneCall < oneCall) this.#counts.unclear--;
  }

  /** Nothing is gained by sending it: it is answered, or the same bytes would be refused again. */
  isFinished(line: number): boolean {
    const end = this.#at(line) & endBits;
    return end === codes.answered || end === codes.refused;
  }

  get counts(): RowStateCounts {
    return { ...this.#counts };
  }

  #at(line: number): number {
    if (line >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(line + 1, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return this.#bytes[line] ?? 0;
  }
}

/** First in each line of a journal: enough to know the row without reading on. */
export function rowMark(line: number, end: RowEnd): string {
  return `run-${line + 1}-${end}`;
}

export function readRowMark(text: string): { readonly line: number; readonly end: RowEnd } | null {
  const [, number, end] = /^\{"id":"run-(\d{1,12})-(answered|refused|failed)",/.exec(text) ?? [];
  return number === undefined ? null : { line: Number(number) - 1, end: end as RowEnd };
}
