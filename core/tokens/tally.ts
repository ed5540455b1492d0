// What was counted of a request so far, how much of it may be wrong, and whether something in it cannot be known.
import type { Tokenizer } from '../models/catalogue.ts';
import type { TokenCounter } from './counter.ts';
import { TextMemo } from './textMemo.ts';

export interface InputTokens {
  /** null: part of the input is not in the request and cannot be known. */
  readonly tokens: number | null;
  readonly method: 'exact' | 'estimated' | 'unknown';
  /** 0 for exact, null for unknown. */
  readonly errorPercent: number | null;
}

/** Each counter counts a text that comes again once. */
const counts = new WeakMap<TokenCounter, TextMemo<number>>();

function countsOf(counter: TokenCounter): TextMemo<number> {
  let memo = counts.get(counter);
  if (memo === undefined) {
    memo = new TextMemo();
    counts.set(counter, memo);
  }
  return memo;
}

export class Tally {
  readonly #counter: TokenCounter;
  readonly #tokenizer: Tokenizer;
  #tokens = 0;
  #errorTokens = 0;
  #estimated = false;
  #unknown = false;

  constructor(counter: TokenCounter, tokenizer: Tokenizer) {
    this.#counter = counter;
    this.#tokenizer = tokenizer;
  }

  /** A run in a text was too long to be counted exactly. */
  readonly #addError = (errorTokens: number): void => {
    this.#estimated = true;
    this.#errorTokens += errorTokens * this.#tokenizer.ratio;
  };

  /** What is counted are bounds: for comparing with limits, and for nothing else. */
  get isBound(): boolean {
    return this.#counter.isBound === true;
  }

  /** So far, before rounding. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Counts text by the model's encoding. */
  text(text: string): void {
    this.#add(this.#count(text));
  }

  /** Adds tokens of documented framing. */
  framing(tokens: number): void {
    this.#add(tokens);
  }

  /** Adds tokens that the request names by their ids: whatever the encoding, as many as there are. */
  tokenIds(count: number): void {
    this.#tokens += count;
  }

  /** Adds a figure that is right within `errorPercent`. */
  about(tokens: number, errorPercent: number): void {
    this.#estimated = true;
    this.#tokens += tokens;
    this.#errorTokens += (tokens * errorPercent) / 100;
  }

  /** Counts a text whose place in the prompt is not documented, or one that goes in several times. */
  textAbout(text: string, errorPercent: number, times = 1): void {
    this.about(this.#count(text) * this.#tokenizer.ratio * times, errorPercent);
  }

  /** Something will be added to the input that the request does not hold, of a size that can be judged only roughly. */
  addition(tokens: number): void {
    this.about(tokens, 100);
  }

  /** Part of the input is somewhere else (a stored conversation, a file by id). */
  giveUp(): void {
    this.#unknown = true;
  }

  result(): InputTokens {
    if (this.#unknown) return { tokens: null, method: 'unknown', errorPercent: null };
    const tokens = Math.round(this.#tokens);
    if (!this.#estimated) return { tokens, method: 'exact', errorPercent: 0 };
    const share = this.#tokens === 0 ? 0 : this.#errorTokens / this.#tokens;
    return { tokens, method: 'estimated', errorPercent: Math.min(100, Math.max(1, Math.ceil(share * 100))) };
  }

  #count(text: string): number {
    const counter = this.#counter;
    if (counter.isBound) return counter.count(text);
    const memo = countsOf(counter);
    const known = memo.find(text);
    if (known !== undefined) return known;
    let isExact = true;
    const count = counter.count(text, (errorTokens) => {
      isExact = false;
      this.#addError(errorTokens);
    });
    if (isExact) memo.add(text, count);
    return count;
  }

  #add(counted: number): void {
    const tokens = counted * this.#tokenizer.ratio;
    this.#tokens += tokens;
    this.#errorTokens += (tokens * this.#tokenizer.errorPercent) / 100;
    this.#estimated ||= this.#tokenizer.errorPercent > 0;
  }
}
