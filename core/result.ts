// What became of one request: what a provider's result line says, and the row of a merged results file in the public form.
import type { Span } from './json/skim.ts';

export type RowStatus = 'succeeded' | 'failed' | 'expired' | 'cancelled' | 'missing';

export const rowStatuses: readonly RowStatus[] = ['succeeded', 'failed', 'expired', 'cancelled', 'missing'];

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'refusal' | 'content_filter' | 'other';

/** Token counts as billed, the same for all providers: cached is part of input, reasoning part of output. */
export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_input_tokens: number;
  readonly cache_write_tokens: number;
  readonly reasoning_tokens: number;
}

export interface RowError {
  readonly code: string;
  readonly message: string;
}

export type NoteCode = 'truncated' | 'refused' | 'blocked' | 'empty' | 'schema_invalid';

export const noteCodes: readonly NoteCode[] = ['truncated', 'refused', 'blocked', 'empty', 'schema_invalid'];

/** Why a row that succeeded is not what one would take it for. */
export interface RowNote {
  readonly code: NoteCode;
  readonly message: string;
}

/** What a usage costs more, or less, than its tokens say. */
export interface UsagePricing {
  /** Of the tokens written to a cache those that stay for an hour: Anthropic's cost twice the input, not 1.25 times. */
  readonly hourCacheWriteTokens: number;
  /** Of every price: 1.1 for Anthropic's inference in the US (2026-08), else 1; null: what it costs is not known, as it has sound in it, or the words of another model. */
  readonly multiple: number | null;
  /** How it was served where it was answered at once: OpenAI's flex costs as much as a batch, `fast` and all other ways what nobody lists. */
  readonly tier: 'standard' | 'flex' | 'fast';
}

/** What one line of a provider's output or error file, or of an earlier merge, says before it is joined to its request. */
export interface Outcome {
  readonly kind: 'outcome';
  readonly customId: string | null;
  readonly status: Exclude<RowStatus, 'missing'>;
  /** The answer's words; null unless it succeeded and said any (a call of a tool has none). */
  readonly text: string | null;
  readonly finishReason: FinishReason | null;
  readonly usage: Usage | null;
  readonly error: RowError | null;
  readonly note: RowNote | null;
  /** The model that answered, as the provider names it; null when the response does not say. */
  readonly model: string | null;
  /** Where the provider's response value stands in the line, or null. */
  readonly responseAt: Span | null;
  /** Which attempt it came from, when the line itself says so (a row of an earlier merge). */
  readonly attempt: number | null;
  /** USD, when the line itself says so. */
  readonly costUsd: number | null;
  /** Null: the usage says it all. */
  readonly pricing: UsagePricing | null;
  /** As RowFacts has it. */
  readonly isAtOnce?: true;
}

/** A row of an earlier merge whose request had no result: nothing is known by it. */
export interface NoResult {
  readonly kind: 'noResult';
  readonly customId: string | null;
}

export interface UnreadableResult {
  readonly kind: 'unreadable';
  readonly reason: 'notJson' | 'noResult';
  /** Why, in one sentence. */
  readonly message: string;
}

export type ResultLine = Outcome | NoResult | UnreadableResult;

/** What a row of a merged results file says beside the texts that are spliced into it. */
export interface RowFacts {
  /** 0-based line of the request in its file; written as 1-based. */
  readonly line: number;
  readonly customId: string | null;
  readonly status: RowStatus;
  readonly text: string | null;
  readonly finishReason: FinishReason | null;
  readonly usage: Usage | null;
  readonly costUsd: number | null;
  readonly error: RowError | null;
  readonly note: RowNote | null;
  readonly attempt: number;
  /** Answered by a call of its own, at standard price, and not by a batch. */
  readonly isAtOnce?: true;
}

/** One row of a merged results file. */
export interface ResultRow extends RowFacts {
  /** Original JSON text of the request line. */
  readonly request: string;
  /** Original JSON text of the provider's response, or null. */
  readonly response: string | null;
}

/** How many rows ended how; `surplus` counts the result lines that stand for no row and were kept aside. */
export type RowCounts = Readonly<Record<RowStatus | 'surplus', number>>;
