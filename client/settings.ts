// What a person decided in `llmBatch.*`, read when it is needed so that a change has effect at once.
import * as vscode from 'vscode';
import type { ProviderFamily } from '#core';
import type { ServerSettings } from '#server/protocol';

export type Profile = 'openai' | 'simulator';

/** Which end notices are shown. */
export type Notifications = 'all' | 'problems' | 'none';

export const section = 'llmBatch';
export const profileSetting = 'profile';
export const baseUrlSetting = 'openai.baseUrl';
export const priceFileSetting = 'priceFile';

function get<T>(name: string, fallback: T): T {
  return vscode.workspace.getConfiguration(section).get<T>(name) ?? fallback;
}

export function readProfile(): Profile {
  return get<string>(profileSetting, 'openai') === 'simulator' ? 'simulator' : 'openai';
}

/** For this machine, all windows. */
export async function writeProfile(profile: Profile): Promise<void> {
  if (readProfile() === profile) return;
  await vscode.workspace
    .getConfiguration(section)
    .update(profileSetting, profile, vscode.ConfigurationTarget.Global);
}

/** Null when none is set: the provider's own. */
export function readBaseUrl(): string | null {
  return get<string>(baseUrlSetting, '').trim() || null;
}

/** Of the three providers that count tokens; those that are not set are the providers' own. */
export function readBaseUrls(): Readonly<Partial<Record<ProviderFamily, string>>> {
  const urls = {
    openai: readBaseUrl(),
    anthropic: get<string>('anthropic.baseUrl', '').trim(),
    gemini: get<string>('gemini.baseUrl', '').trim(),
  };
  return Object.fromEntries(Object.entries(urls).filter(([, url]) => url));
}

/** Shortest and longest wait between two looks at a batch. */
export function readPollMs(): { readonly pollMinMs: number; readonly pollMaxMs: number } {
  const minSeconds = Math.max(1, get<number>('poll.minSeconds', 10));
  const maxSeconds = Math.max(minSeconds, get<number>('poll.maxSeconds', 120));
  return { pollMinMs: minSeconds * 1000, pollMaxMs: maxSeconds * 1000 };
}

/** What shall go wrong at the simulator, as `llm-batch simulate --faults` takes it. */
export function readSimulatorFaults(): string {
  return get<string>('simulator.faults', '');
}

export function readNotifications(): Notifications {
  const value = get<string>('notifications', 'all');
  return value === 'problems' || value === 'none' ? value : 'all';
}

/** '' where the prices that ship are used. */
export function readPriceFilePath(): string {
  return get<string>(priceFileSetting, '').trim();
}

/** For this machine, all windows; '' goes back to the list that ships. */
export async function writePriceFile(path: string): Promise<void> {
  await vscode.workspace
    .getConfiguration(section)
    .update(priceFileSetting, path, vscode.ConfigurationTarget.Global);
}

/** The server's settings; it checks them itself. */
export function readServerSettings(): ServerSettings {
  return {
    provider: get<string>('provider', 'auto'),
    model: get<string>('model', ''),
    severity: get<Readonly<Record<string, string>>>('severity', {}),
    prices: get<Readonly<Record<string, unknown>>>('prices', {}),
    priceFile: readPriceFilePath(),
    limits: get<Readonly<Record<string, unknown>>>('limits', {}),
    calibration: get<Readonly<Record<string, unknown>>>('calibration', {}),
    anthropic: { apiVersion: get<string>('anthropic.apiVersion', '2026-10-21') },
    baseUrls: readBaseUrls(),
    inlayHints: get<boolean>('inlayHints', true),
    codeLens: get<boolean>('codeLens', true),
  };
}
