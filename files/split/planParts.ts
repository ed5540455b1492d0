// In how many parts is a file sent, and how much of it may wait at the provider at once?
import {
  type Configuration,
  dialectOf,
  type EstimatedLine,
  type FilePart,
  formatCount,
  formatNumberOf,
  type PassedLimit,
  type Provider,
  partLimits,
} from '#core';
import { cutPath } from './cutPath.ts';

/** `auto`: as many as the limits of the provider and of the account's queue make necessary; a number: at least so many. */
export type Split = 'auto' | 'off' | number;

export interface PartsRequest {
  /** Absolute. */
  readonly path: string;
  readonly provider: Provider;
  readonly config: Configuration;
  readonly split: Split;
  readonly requests: number;
  /** Of which the file is; null where its lines name several or none. */
  readonly model: string | null;
  /** Left out: the tokens of its lines are not known. */
  readonly estimates?: readonly EstimatedLine[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PlannedParts {
  /** One after the other they are the file; none: it is sent as it is. */
  readonly parts: readonly FilePart[];
  /** Input tokens of it that may wait at the provider at once; null: no limit is known. */
  readonly queueTokens: number | null;
  /** Why no cut makes parts that the provider takes, in one sentence; null when one does. */
  readonly problem: string | null;
}

/** What a cut mends is no reason not to send a file. Merged into a configuration's `severity`. */
export const mendedByCut = {
  'file.too-many-requests': 'off',
  'file.too-large': 'off',
  'tokens.embedding-inputs': 'off',
  'tokens.queue': 'off',
} as const satisfies Configuration['severity'];

export const inOnePart: PlannedParts = { parts: [], queueTokens: null, problem: null };

/** Reads the file once more, unless it is not cut. @throws FileFailureError, AbortError. */
export async function planParts(request: PartsRequest): Promise<PlannedParts> {
  const { path, provider, config, split, requests, model, estimates, signal } = request;
  const dialect = dialectOf(provider);
  const limits = partLimits(dialect, config);
  const queueTokens = model === null ? null : limits.queueTokensOf(model);
  if (split === 'off') return { parts: [], queueTokens, problem: null };
  const each = split === 'auto' ? null : Math.max(1, Math.ceil(requests / split));
  const most = Math.min(each ?? Number.POSITIVE_INFINITY, limits.requests ?? Number.POSITIVE_INFINITY);
  const given = Number.isFinite(most) ? { requests: most } : {};
  const cut = await cutPath(path, { provider, config, given, estimates, signal });
  const problem = problemOf(cut.passed);
  return { parts: cut.parts.length > 1 ? cut.parts : [], queueTokens, problem };
}

function problemOf(passed: readonly PassedLimit[]): string | null {
  // Too much for the queue goes alone: what is in a person's settings is seldom what the provider goes by.
  const tooLarge = passed.find(({ limit }) => limit === 'bytes' || limit === 'embeddingInputs');
  if (tooLarge === undefined) return null;
  const { line, limit, amount, most } = tooLarge;
  const has =
    limit === 'bytes'
      ? formatNumberOf(amount, 'byte')
      : formatNumberOf(amount, 'text to embed', 'texts to embed');
  return `Line ${formatCount(line + 1)} alone has ${has}, more than the ${formatCount(most)} of a whole file; make it smaller.`;
}
