// Does a file have more input tokens for a model than may wait in the provider's queue at once?

import type { Configuration } from '../configuration.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { formatCount } from '../figures.ts';
import { bestMatch } from '../globs.ts';
import { providerFacts } from '../models/catalogue.ts';
import { findModel } from '../models/models.ts';
import { modelNames } from '../money/priceOverrides.ts';
import { clip } from './clip.ts';
import { type Finding, wholeLine } from './finding.ts';

/** Input tokens that one model's batches may have enqueued. */
export interface QueueLimit {
  readonly tokens: number;
  /** A person set it for their account; else it is that of the lowest paid tier. */
  readonly isOwn: boolean;
}

interface Sum {
  readonly limit: QueueLimit;
  tokens: number;
  estimated: boolean;
}

/** Sums per model over the lines of a file in their order. What batches that are under way have enqueued is not in it. */
export class QueueSums {
  readonly #dialect: Dialect;
  readonly #config: Configuration;
  readonly #sums = new Map<string, Sum | null>();

  constructor(dialect: Dialect, config: Configuration) {
    this.#dialect = dialect;
    this.#config = config;
  }

  /** Whether lines of this model can still change what is found. */
  isOpen(model: string): boolean {
    const sum = this.#sumOf(model);
    return sum !== null && sum.tokens <= sum.limit.tokens;
  }

  /** The most that the model's lines may have together; null: any number. */
  limitOf(model: string): number | null {
    return this.#sumOf(model)?.limit.tokens ?? null;
  }

  /** Whether so many tokens would be too many. */
  mayPass(model: string, tokens: number): boolean {
    const sum = this.#sumOf(model);
    return sum !== null && tokens > sum.limit.tokens;
  }

  /** @returns what is to be said of the line with which the sum passes the limit. */
  add(model: string, tokens: number, isExact: boolean): Finding | null {
    const sum = this.#sumOf(model);
    if (sum === null || sum.tokens > sum.limit.tokens) return null;
    sum.tokens += tokens;
    sum.estimated ||= !isExact;
    return sum.tokens > sum.limit.tokens ? queueFinding(model, sum, this.#dialect) : null;
  }

  #sumOf(model: string): Sum | null {
    let sum = this.#sums.get(model);
    if (sum === undefined) {
      const limit = queueLimit(model, this.#dialect, this.#config);
      sum = limit === null ? null : { limit, tokens: 0, estimated: false };
      this.#sums.set(model, sum);
    }
    return sum;
  }
}

function queueLimit(model: string, { provider }: Dialect, config: Configuration): QueueLimit | null {
  const found = findModel(model, provider);
  const own = bestMatch(config.queueTokens, modelNames(model, provider));
  if (own !== null) return { tokens: own, isOwn: true };
  // Of Azure's queues the subscription decides.
  const lowest = found?.provider === provider ? found.lowestQueueTokens : null;
  return lowest === null ? null : { tokens: lowest, isOwn: false };
}

function queueFinding(model: string, { limit, estimated }: Sum, { title, provider }: Dialect): Finding {
  const most = formatCount(limit.tokens);
  const has = `With this request the file has more than ${most} input tokens for ${clip(model)}${estimated ? ' (by estimate)' : ''}`;
  if (limit.isOwn) {
    const message = `${has}, the most that your "limits.queueTokens" lets wait in the queue; split it before this line and send the parts one after another.`;
    return { code: 'tokens.queue', where: wholeLine, message };
  }
  const source = providerFacts[provider]?.queueSource ?? 'the lowest tier';
  const message = `${has}, the most that ${title} lets the lowest paid tier enqueue (${source}); higher tiers may have more: set "limits.queueTokens" to what yours has, or split the file before this line.`;
  return { code: 'tokens.queue', severity: 'info', where: wholeLine, message };
}
