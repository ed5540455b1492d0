// What a person decided in `llmBatch.*`, read when it is needed so that a change has effect at once.
import * as vscode from 'vscode';
import type { ServerSettings } from '#server/protocol';

export type Profile = 'openai' | 'simulator';

/** Which end notices are shown. */
export type Notifications = 'all' | 'problems' | 'none';

export const section = 'llmBatch';
export const profileSetting = 'profile';
export const baseUrlSetting = 'openai.baseUrl';

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

/** The server's settings; it checks them itself. */
export function readServerSettings(): ServerSettings {
  return {
    provider: get<string>('provider', 'auto'),
    model: get<string>('model', ''),
    severity: get<Readonly<Record<string, string>>>('severity', {}),
    inlayHints: get<boolean>('inlayHints', true),
    codeLens: get<boolean>('codeLens', true),
  };
}
