// What was counted of a request so far, how much of it may be wrong, and whether something in it cannot be known.
import type { Tokenizer } from '../catalogue.ts';
import type { TokenCounter } from './counter.ts';
import { countShared } from './sharedTexts.ts';

export interface InputTokens {
  /** null: part of the input is not in the request and cannot be known. */
  readonly tokens: number | null;
  readonly method: 'exact' | 'estimated' | 'unknown';
  /** 0 for exact, null for unknown. */
  readonly errorPercent: number | null;
}

export class Tally {
  readonly #counter: TokenCounter;
  readonly #tokenizer: Tokenizer;
  #tokens = 0;
  #errorTokens = 0;
  #estimated: boolean;
  #unknown = false;

  constructor(counter: TokenCounter, tokenizer: Tokenizer) {
    this.#counter = counter;
    this.#tokenizer = tokenizer;
    this.#estimated = tokenizer.errorPercent > 0;
  }

  /** So far, before rounding. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Counts text by the model's encoding. */
  text(text: string): void {
    this.#add(this.#counter.count(text));
  }

  /** The same, for a text that other requests are likely to repeat. */
  sharedText(text: string): void {
    this.#add(countShared(this.#counter, text));
  }

  /** Adds tokens of documented framing. */
  framing(tokens: number): void {
    this.#add(tokens);
  }

  /** Adds a figure that is right within `errorPercent`. */
  about(tokens: number, errorPercent: number): void {
    this.#estimated = true;
    this.#tokens += tokens;
    this.#errorTokens += (tokens * errorPercent) / 100;
  }

  /** Counts a text whose place in the prompt is not documented. */
  textAbout(text: string, errorPercent: number): void {
    this.about(this.#counter.count(text) * this.#tokenizer.ratio, errorPercent);
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

  #add(counted: number): void {
    const tokens = counted * this.#tokenizer.ratio;
    this.#tokens += tokens;
    this.#errorTokens += (tokens * this.#tokenizer.errorPercent) / 100;
  }
}
