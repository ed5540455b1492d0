// What did people decide that changes answers? Read from settings and `.llm-batch.json`, where anything may stand.
import { type Provider, providers } from './dialects/dialect.ts';
import type { SeverityOverrides } from './problem.ts';
import { readSeverityOverrides } from './severityOverrides.ts';

/** The API version sent to Anthropic decides what it refuses. */
export type AnthropicVersion = '2023-06-01' | '2026-10-21';

/** USD per 1,000,000 tokens and limits of a model that a person knows better; what is left out stays as it is. */
export interface ModelOverride {
  readonly input?: number;
  readonly output?: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly batchInput?: number;
  readonly batchOutput?: number;
  readonly batchCachedInput?: number;
  /** Share taken off the standard price in a batch, for what has no batch price of its own: 0.5 is half. */
  readonly batchDiscount?: number;
  readonly encoding?: 'o200k_base' | 'cl100k_base';
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
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
  /** Input tokens that may be enqueued in batches of a model. */
  readonly queueTokens: Readonly<Record<string, number>>;
  /** Actual input tokens divided by estimated ones. */
  readonly calibration: Readonly<Record<string, number>>;
}

export const defaultConfiguration: Configuration = {
  provider: 'auto',
  model: null,
  // What the installed SDK sends (1.12.0, 2026-11).
  anthropicVersion: '2026-10-21',
  severity: {},
  prices: {},
  queueTokens: {},
  calibration: {},
};

/** What one source says: settings, or the JSON of a `.llm-batch.json`. */
export interface ConfigurationPart {
  readonly values: Partial<Configuration>;
  /** One sentence each for what is there but cannot be used. */
  readonly problems: readonly string[];
}

/** Keeps what can be understood. */
export function readConfiguration(value: unknown): ConfigurationPart {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { values: {}, problems: ['It must be a JSON object.'] };
  }
  const given = value as Readonly<Record<string, unknown>>;
  const provider = providers.find((name) => name === given.provider);
  return {
    values: {
      severity: readSeverityOverrides(given.severity),
      ...(provider === undefined ? {} : { provider }),
      ...(typeof given.model === 'string' && given.model !== '' ? { model: given.model } : {}),
    },
    problems: [],
  };
}

/** Later parts go first; records are joined key by key. */
export function configurationOf(...parts: readonly Partial<Configuration>[]): Configuration {
  let all = defaultConfiguration;
  for (const part of parts) {
    all = {
      ...all,
      ...part,
      severity: { ...all.severity, ...part.severity },
      prices: { ...all.prices, ...part.prices },
      queueTokens: { ...all.queueTokens, ...part.queueTokens },
      calibration: { ...all.calibration, ...part.calibration },
    };
  }
  return all;
}
