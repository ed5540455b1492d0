// How much may one part of a batch file hold? What its provider takes in one file, unless somebody says otherwise.
import type { Configuration } from '../configuration.ts';
import type { Dialect, FileLimit } from '../dialects/dialect.ts';
import { bestMatch } from '../globs.ts';
import { modelNames } from '../money/priceOverrides.ts';

/** Null: no limit. */
export interface PartLimits {
  readonly requests: number | null;
  readonly bytes: number | null;
  /** Input tokens of all its requests. */
  readonly tokens: number | null;
  /** Texts to embed, over all its requests. */
  readonly embeddingInputs: number | null;
  /** Input tokens of its requests for one model. */
  readonly queueTokensOf: (model: string) => number | null;
}

/** At least 1 each; what is left out is the provider's. */
export interface GivenLimits {
  readonly requests?: number | undefined;
  readonly bytes?: number | undefined;
  readonly tokens?: number | undefined;
}

/**
 * Of two figures that are published the lower, so that a part is within both. Of queues only what a person says of their
 * account: that of the lowest tier would make many small parts for everybody else.
 * @param dialect null: lines of nobody, of which no limit is known.
 */
export function partLimits(
  dialect: Dialect | null,
  { queueTokens }: Configuration,
  given: GivenLimits = {},
): PartLimits {
  return {
    requests: given.requests ?? lower(dialect?.requests),
    bytes: given.bytes ?? lower(dialect?.bytes),
    tokens: given.tokens ?? null,
    embeddingInputs: dialect?.maxEmbeddingInputs ?? null,
    queueTokensOf: dialect === null ? () => null : queueLimits(dialect, queueTokens),
  };
}

/** Looked up once for each model. */
function queueLimits(
  { provider }: Dialect,
  queueTokens: Configuration['queueTokens'],
): PartLimits['queueTokensOf'] {
  const known = new Map<string, number | null>();
  return (model) => {
    let most = known.get(model);
    if (most === undefined) {
      most = bestMatch(queueTokens, modelNames(model, provider));
      known.set(model, most);
    }
    return most;
  };
}

/** Whether the tokens of each line must be known to cut by these limits. */
export function areTokensLimited({ queueTokens }: Configuration, { tokens }: GivenLimits): boolean {
  return tokens !== undefined || Object.keys(queueTokens).length > 0;
}

function lower(limit: FileLimit | undefined): number | null {
  const published = [limit?.max, limit?.warn].filter((figure) => typeof figure === 'number');
  return published.length === 0 ? null : Math.min(...published);
}
