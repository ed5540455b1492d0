// What a person decided in `llmBatch.*`, read when it is needed so that a change has effect at once.
import * as vscode from 'vscode';
import type { ProviderFamily } from '#core';
import type { ServerSettings } from '#server/protocol';

/** Which end notices are shown. */
export type Notifications = 'all' | 'problems' | 'none';

export const section = 'llmBatch';
export const profileSetting = 'profile';
export const profilesSetting = 'profiles';
export const baseUrlSetting = 'openai.baseUrl';
export const priceFileSetting = 'priceFile';

function get<T>(name: string, fallback: T): T {
  return vscode.workspace.getConfiguration(section).get<T>(name) ?? fallback;
}

/** `auto`, the name of a provider, of one of the profiles, or `simulator`. */
export function readProfile(): string {
  return get<string>(profileSetting, 'auto').trim() || 'auto';
}

/** For this machine, all windows. */
export async function writeProfile(profile: string): Promise<void> {
  if (readProfile() === profile) return;
  await vscode.workspace
    .getConfiguration(section)
    .update(profileSetting, profile, vscode.ConfigurationTarget.Global);
}

/** As `settings.json` of a terminal holds them; the reader of both checks them. */
export function readPersonalSettings(): Readonly<Record<string, unknown>> {
  return {
    profiles: get<unknown>(profilesSetting, {}),
    budget: get<unknown>('budget', {}),
    alerts: get<unknown>('alerts', {}),
  };
}

/** How often what failed and could succeed is sent again by itself. */
export function readRetries(): number {
  return Math.min(mostRetries, Math.max(0, Math.floor(get<number>('retryFailed', 0))));
}

const mostRetries = 10;

export function readDeletesUploads(): boolean {
  return get<boolean>('deleteUploads', false);
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
    prices: { ...get<Readonly<Record<string, unknown>>>('prices', {}), ...chosenProfile().prices },
    priceFile: readPriceFilePath(),
    limits: limitsOf(get<Limits>('limits', {}), chosenProfile().limits),
    calibration: get<Readonly<Record<string, unknown>>>('calibration', {}),
    anthropic: { apiVersion: get<string>('anthropic.apiVersion', '2026-10-21') },
    baseUrls: readBaseUrls(),
    inlayHints: get<boolean>('inlayHints', true),
    codeLens: get<boolean>('codeLens', true),
  };
}

type Limits = { readonly queueTokens?: Readonly<Record<string, unknown>> };

interface RawProfile {
  readonly prices?: Readonly<Record<string, unknown>>;
  readonly limits?: Limits;
}

/** What it holds of limits and prices, as it stands there; whoever gets it checks it. */
function chosenProfile(): RawProfile {
  const profiles = get<Readonly<Record<string, RawProfile>>>(profilesSetting, {});
  const profile = Object.hasOwn(profiles, readProfile()) ? profiles[readProfile()] : undefined;
  return profile ?? {};
}

function limitsOf(limits: Limits, own: Limits | undefined): Readonly<Record<string, unknown>> {
  return own?.queueTokens === undefined
    ? limits
    : { ...limits, queueTokens: { ...limits.queueTokens, ...own.queueTokens } };
}
