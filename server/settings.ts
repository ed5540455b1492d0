// The settings the server reads, from any client: checked, so that a wrong value in a settings file changes nothing else.
import { readSeverityOverrides, type SeverityOverrides } from '#core';
import type { ServerSettings } from './protocol.ts';

export interface Settings {
  readonly severity: SeverityOverrides;
  readonly inlayHints: boolean;
  readonly codeLens: boolean;
}

export const defaultSettings: Settings = { severity: {}, inlayHints: true, codeLens: true };

/** Takes `{ severity, inlayHints, codeLens }` as it comes from a client; what is malformed keeps its default. */
export function readSettings(value: unknown): Settings {
  if (typeof value !== 'object' || value === null) return defaultSettings;
  const given = value as ServerSettings;
  return {
    severity: readSeverityOverrides(given.severity),
    inlayHints: typeof given.inlayHints === 'boolean' ? given.inlayHints : defaultSettings.inlayHints,
    codeLens: typeof given.codeLens === 'boolean' ? given.codeLens : defaultSettings.codeLens,
  };
}
