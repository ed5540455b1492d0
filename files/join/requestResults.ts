// Which of the results of one request stands for it? The better one counts; the others are named, and what they cost is added.
import { chooseResult, isBilled, KnownSum, type Outcome, readOutcome } from '#core';
import type { JoinBytes } from './joinBytes.ts';
import type { JoinIndex } from './joinIndex.ts';
import type { DuplicateResult, JoinRequest, ResultLineName, UnreadableLine } from './joinTypes.ts';
import type { ResultPlace } from './resultIndex.ts';

/** Of several results for one request only the best so far is kept whole: there may be a great many. */
export interface FoundResult {
  readonly outcome: Outcome;
  readonly place: ResultPlace;
  readonly text: string;
  readonly name: DuplicateResult;
}

export interface FoundResults {
  readonly chosen: FoundResult | null;
  /** Of all that can be read, the chosen one too. */
  readonly names: readonly DuplicateResult[];
  /** The first of those that cannot be read. */
  readonly unreadable: ResultLineName | null;
}

const nothingFound: FoundResults = { chosen: null, names: [], unreadable: null };

export class RequestResults {
  readonly #request: Pick<JoinRequest, 'results' | 'priceOf'>;
  readonly #index: JoinIndex;
  readonly #bytes: JoinBytes;
  readonly #otherUsd = new KnownSum();
  readonly unreadable: UnreadableLine[] = [];

  constructor(request: Pick<JoinRequest, 'results' | 'priceOf'>, index: JoinIndex, bytes: JoinBytes) {
    this.#request = request;
    this.#index = index;
    this.#bytes = bytes;
  }

  /** USD of answers that stand for no request because one of another attempt does; null when not known. */
  get otherUsd(): number | null {
    return this.#otherUsd.total();
  }

  find(places: readonly ResultPlace[], customId: string | null, ordinal: number): FoundResults {
    if (places.length === 0) return nothingFound;
    const names: DuplicateResult[] = [];
    const paid = new Set<number>();
    let chosen: FoundResult | null = null;
    let unreadable: ResultLineName | null = null;
    for (const place of places) {
      const text = this.#bytes.result(place).toString('utf8');
      const outcome = readOutcome(text);
      const name = this.nameOf(place);
      if (outcome.kind === 'outcome') {
        const attempt = outcome.attempt ?? this.#request.results[place.file]?.attempt ?? 1;
        const found = { outcome, place, text, name: { ...name, attempt, status: outcome.status } };
        names.push(found.name);
        const other: FoundResult | null = chosen;
        if (other === null || chooseResult([other.name, found.name]) === 1) chosen = found;
        if (other !== null) this.#addOther(chosen === found ? [found, other] : [other, found], ordinal, paid);
      } else if (outcome.kind === 'unreadable') {
        unreadable ??= name;
        this.unreadable.push({ ...name, message: outcome.message });
        this.#index.setAside({ ...place, customId, reason: 'unreadable' });
      }
    }
    return { chosen, names, unreadable };
  }

  costOf(outcome: Outcome, ordinal: number): number | null {
    if (outcome.costUsd !== null || !isBilled(outcome)) return outcome.costUsd;
    return this.#request.priceOf(outcome, this.#index.modelOf(ordinal));
  }

  nameOf(place: ResultPlace): ResultLineName {
    return { path: this.#request.results[place.file]?.path ?? '', line: place.line };
  }

  /**
   * An answer of an attempt that another has bettered was paid for all the same, once, however often it is there.
   * @param paid attempts that are in the sum.
   */
  #addOther(
    [better, { outcome, name }]: readonly [FoundResult, FoundResult],
    ordinal: number,
    paid: Set<number>,
  ): void {
    if (!isBilled(outcome) || name.attempt === better.name.attempt || paid.has(name.attempt)) return;
    paid.add(name.attempt);
    this.#otherUsd.add(this.costOf(outcome, ordinal));
  }
}
