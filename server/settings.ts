// The settings the server reads, from any client: checked, so that a wrong value in a settings file changes nothing else.
import { type Configuration, readConfiguration } from '#core';
import type { ServerSettings } from './protocol.ts';

export interface Settings {
  /** What stands in the settings; the rest is by default. */
  readonly config: Partial<Configuration>;
  readonly inlayHints: boolean;
  readonly codeLens: boolean;
}

export const defaultSettings: Settings = { config: {}, inlayHints: true, codeLens: true };

/** Takes what stands below `llmBatch` as it comes from a client; what is malformed keeps its default. */
export function readSettings(value: unknown): Settings {
  if (typeof value !== 'object' || value === null) return defaultSettings;
  const given = value as ServerSettings;
  return {
    config: readConfiguration(given).values,
    inlayHints: typeof given.inlayHints === 'boolean' ? given.inlayHints : defaultSettings.inlayHints,
    codeLens: typeof given.codeLens === 'boolean' ? given.codeLens : defaultSettings.codeLens,
  };
}
