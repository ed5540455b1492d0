// The settings the server reads, from any client: checked, so that a wrong value in a settings file changes nothing else.
import { type ConfigurationPart, type Places, placesOf, readConfiguration } from '#core';
import type { ServerSettings } from './protocol.ts';

export interface Settings {
  /** What stands in the settings; the rest is by default. */
  readonly config: ConfigurationPart;
  /** Where requests would be sent; null: as the environment says. */
  readonly places: Places | null;
  readonly inlayHints: boolean;
  readonly codeLens: boolean;
}

export const defaultSettings: Settings = {
  config: { values: {}, priceFile: null, problems: [] },
  places: null,
  inlayHints: true,
  codeLens: true,
};

/** Takes what stands below `llmBatch` as it comes from a client; what is malformed keeps its default. */
export function readSettings(value: unknown): Settings {
  if (typeof value !== 'object' || value === null) return defaultSettings;
  const given = value as ServerSettings;
  return {
    config: readConfiguration(given),
    places: placesIn(given.baseUrls),
    inlayHints: typeof given.inlayHints === 'boolean' ? given.inlayHints : defaultSettings.inlayHints,
    codeLens: typeof given.codeLens === 'boolean' ? given.codeLens : defaultSettings.codeLens,
  };
}

function placesIn(baseUrls: unknown): Places | null {
  if (typeof baseUrls !== 'object' || baseUrls === null) return null;
  const { openai, anthropic, gemini } = baseUrls as Readonly<Record<string, unknown>>;
  const text = (url: unknown): string | null => (typeof url === 'string' ? url : null);
  return placesOf({ openai: text(openai), anthropic: text(anthropic), gemini: text(gemini) });
}
