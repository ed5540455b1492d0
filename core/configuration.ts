// What did people decide that changes answers, in settings and in `.llm-batch.json`?
import type { LearnedModels } from './calibration/ratio.ts';
import type { Provider } from './dialects/dialect.ts';
import type { ModelOverride } from './money/modelOverride.ts';
import type { PriceTable } from './money/priceTable.ts';
import type { SeverityOverrides } from './problem.ts';

export type { ModelOverride } from './money/modelOverride.ts';

/** The API version sent to Anthropic decides what it refuses. */
export type AnthropicVersion = '2023-06-01' | '2026-10-21';

/** What a person says of counting a model. */
export interface CalibrationEntry {
  /** Actual input tokens divided by those we estimate. */
  readonly ratio: number;
  /** Within how many percent the corrected figure is expected to be. */
  readonly errorPercent: number;
  /** Output tokens that a request uses on average; null: not said. */
  readonly outputTokens: number | null;
  /** Who said so; left out: the person's own settings. */
  readonly origin?: 'project';
}

/** Serialisable, so that it can go to workers as it is. Keys of records are model names, or globs of them. */
export interface Configuration {
  /** Which of the providers with the same form of line is meant. */
  readonly provider: Provider | 'auto';
  /** Of requests that name none: Gemini's, and Mistral's where the job names it. */
  readonly model: string | null;
  readonly anthropicVersion: AnthropicVersion;
  readonly severity: SeverityOverrides;
  readonly prices: Readonly<Record<string, ModelOverride>>;
  /** Prices of a file, below `prices` and above the list that ships. */
  readonly priceFile: PriceTable | null;
  /** Input tokens that may be enqueued in batches of a model. */
  readonly queueTokens: Readonly<Record<string, number>>;
  readonly calibration: Readonly<Record<string, CalibrationEntry>>;
  /** What earlier jobs and counts taught; no settings hold it, `calibration.json` does. */
  readonly learned: LearnedModels;
}

export const defaultConfiguration: Configuration = {
  provider: 'auto',
  model: null,
  // What the installed SDK sends (1.12.0, 2026-11).
  anthropicVersion: '2026-10-21',
  severity: {},
  prices: {},
  priceFile: null,
  queueTokens: {},
  calibration: {},
  learned: {},
};

/** Later parts go first; records are joined key by key. */
export function configurationOf(...parts: readonly Partial<Configuration>[]): Configuration {
  let all = defaultConfiguration;
  for (const part of parts) {
    all = {
      ...all,
      ...part,
      severity: joined(all.severity, part.severity),
      prices: joined(all.prices, part.prices),
      queueTokens: joined(all.queueTokens, part.queueTokens),
      calibration: joined(all.calibration, part.calibration),
    };
  }
  return all;
}

/** The same object where nothing is added: thousands of prices are joined with each check, and compared with the last. */
function joined<Entries extends object>(before: Entries, after: Entries | undefined): Entries {
  if (after === undefined || Object.keys(after).length === 0) return before;
  return Object.keys(before).length === 0 ? after : { ...before, ...after };
}
