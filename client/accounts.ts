// Who pays for what is submitted here? The profile of the settings, with its key from VS Code's secret storage.
import * as vscode from 'vscode';
import {
  batchApiOf,
  type Configuration,
  type Job,
  ownBaseUrls,
  type Provider,
  type ProviderFamily,
} from '#core';
import type { AccountAnswer, CountingAccountAnswer, Profile, Profiles, SettingsAnswer } from '#jobs';
import type { EmbeddedSimulator } from './embeddedSimulator.ts';
import type { Engine } from './engine.ts';
import {
  baseUrlSetting,
  profileSetting,
  profilesSetting,
  readBaseUrls,
  readPersonalSettings,
  readProfile,
  section,
} from './settings.ts';

const connectedKey = 'llmBatch.connected';

/** Providers with an address of their own: they need no profile. */
export const ownProviders = ['openai', 'anthropic', 'gemini', 'groq'] as const;

/** Whose key is meant: a provider's, or that of a profile in the settings. */
export interface KeyOwner {
  readonly kind: 'provider' | 'profile';
  readonly name: string;
}

export function ownerOf(profile: string): KeyOwner {
  const kind = ownProviders.some((name) => name === profile) ? 'provider' : 'profile';
  return { kind, name: profile };
}

/** What a file is checked for before it is known who answers. */
export interface Receiver {
  /** Null: whose requests its lines are. */
  readonly provider: Provider | null;
  readonly values: Partial<Configuration>;
}

/** Where lines name no model, it is for the one that was chosen. */
export function forModel(receiver: Receiver, model: string | null): Receiver {
  return model === null ? receiver : { ...receiver, values: { ...receiver.values, model } };
}

export class Accounts implements vscode.Disposable {
  readonly #engine: Engine;
  readonly #secrets: vscode.SecretStorage;
  readonly #simulator: EmbeddedSimulator;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: vscode.Disposable[] = [];
  /** Another key, profile or address: what could not be reached may be now. */
  readonly onDidChange = this.#changed.event;

  constructor(engine: Engine, secrets: vscode.SecretStorage, simulator: EmbeddedSimulator) {
    this.#engine = engine;
    this.#secrets = secrets;
    this.#simulator = simulator;
  }

  start(): void {
    const names = [profileSetting, profilesSetting, baseUrlSetting].map((name) => `${section}.${name}`);
    this.#listeners.push(
      this.#secrets.onDidChange(({ key }) => key.startsWith(`${section}.`) && this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (names.some((name) => change.affectsConfiguration(name))) this.#changed.fire();
      }),
      this.#changed.event(() => void this.#setContext()),
    );
    // Loads the engine, for which neither VS Code nor the person waits.
    setImmediate(() => void this.#setContext());
  }

  /** Named accounts of the settings; what is wrong with one is said when it is chosen. */
  async profiles(): Promise<Profiles> {
    return (await this.#settings()).settings.profiles;
  }

  async profileOf(name: string): Promise<Profile | null> {
    const profiles = await this.profiles();
    return Object.hasOwn(profiles, name) ? (profiles[name] ?? null) : null;
  }

  async receiver(): Promise<Receiver> {
    const profile = readProfile();
    if (profile === 'auto' || profile === 'simulator') return { provider: null, values: {} };
    const own = ownProviders.find((name) => name === profile);
    if (own !== undefined) return { provider: own, values: {} };
    const { provider, values } = (await this.profileOf(profile)) ?? { provider: null, values: {} };
    return { provider, values };
  }

  /** Whose requests those of a job are, and what its profile says of prices. */
  async receiverOf({ account, provider, model }: Job): Promise<Receiver> {
    const { values } = (await this.profileOf(account.profile)) ?? { values: {} };
    return forModel({ provider, values }, model);
  }

  /**
   * The account that a submission would use now.
   * @param provider whose requests they are; null: not known yet.
   */
  current(provider: Provider | null): Promise<AccountAnswer> {
    return this.#ofProfile(profileFor(readProfile(), provider), provider ?? 'openai');
  }

  /** The account to ask after an earlier job, perhaps of a terminal: where it was made, else as the settings say. */
  async ofJob(job: Job): Promise<AccountAnswer> {
    const { profile } = job.account;
    const answer = await this.#ofProfile(profile, job.provider);
    if (profile === 'simulator') return answer;
    const { accountWhereMade } = await this.#engine.jobs();
    const { headers, apiVersion } =
      answer.kind === 'account' ? answer.account : { headers: {}, apiVersion: null };
    // A job of a terminal may have been made with a key that is here under another name: the fingerprint tells.
    for (const apiKey of [null, ...(await this.#keys())]) {
      const account = accountWhereMade(job, { apiKey, headers, apiVersion });
      if (account !== null) return { kind: 'account', account };
    }
    return answer;
  }

  /** What is missing before anything can be sent, in one sentence; null when nothing is. Starts nothing. */
  async problem(): Promise<string | null> {
    const profile = readProfile();
    if (profile === 'simulator' || (profile === 'auto' && (await this.hasAnyKey()))) return null;
    const answer = await this.current(null);
    return answer.kind === 'problem' ? answer.problem.message : null;
  }

  async hasKey(owner: KeyOwner): Promise<boolean> {
    return (await this.#keyOf(owner)) !== null;
  }

  /** Of any provider or profile. */
  async hasAnyKey(): Promise<boolean> {
    return (await this.#keys()).length > 0;
  }

  async storeKey(key: string, owner: KeyOwner): Promise<void> {
    await this.#secrets.store(secretName(owner), key);
  }

  /** Of every provider and profile. */
  async forgetKeys(): Promise<void> {
    for (const owner of await this.#owners()) await this.#secrets.delete(secretName(owner));
  }

  /** Where tokens of a provider's requests would be counted. */
  async counting(provider: ProviderFamily): Promise<CountingAccountAnswer> {
    const { countingAccountOf, simulatorCounting } = await this.#engine.jobs();
    if (readProfile() === 'simulator') {
      await this.#simulator.ensure();
      return simulatorCounting(provider, (await this.#engine.desk()).store.home);
    }
    const key = await this.#keyOf({ kind: 'provider', name: provider });
    return countingAccountOf(provider, readBaseUrls()[provider] ?? ownBaseUrls[provider], key);
  }

  /** "key …4f2a": enough to recognise. */
  async keyLabel(owner: KeyOwner): Promise<string> {
    const { keyLabel } = await this.#engine.jobs();
    return keyLabel(await this.#keyOf(owner));
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }

  async #settings(): Promise<SettingsAnswer> {
    const { readSettings } = await this.#engine.jobs();
    return readSettings(readPersonalSettings());
  }

  async #owners(): Promise<readonly KeyOwner[]> {
    const names = Object.keys(await this.profiles());
    return [...ownProviders, ...names].map(ownerOf);
  }

  async #keyOf(owner: KeyOwner): Promise<string | null> {
    return (await this.#secrets.get(secretName(owner))) ?? null;
  }

  async #keys(): Promise<readonly string[]> {
    const keys = await Promise.all((await this.#owners()).map((owner) => this.#keyOf(owner)));
    return keys.filter((key) => key !== null);
  }

  /** For menus and the empty view: whether something could be sent now. */
  async #setContext(): Promise<void> {
    const connected = (await this.problem()) === null;
    await vscode.commands.executeCommand('setContext', connectedKey, connected);
  }

  async #ofProfile(name: string, provider: Provider): Promise<AccountAnswer> {
    const { accountOf, isSendableProvider, providerPlaces, simulatedAccount } = await this.#engine.jobs();
    if (name === 'simulator') return simulatedAccount(await this.#simulator.ensure(), provider);
    const apiKey = await this.#keyOf(ownerOf(name));
    const profile = await this.profileOf(name);
    if (profile !== null) {
      return this.#inEditorWords(name, accountOf({ ...profile, profile: name, apiKey }));
    }
    if (!isSendableProvider(name)) return unknownProfile(name, await this.#settings());
    const { title, baseUrl: own } = providerPlaces[name];
    const urls: Readonly<Record<string, string | undefined>> = readBaseUrls();
    const baseUrl = urls[name] ?? own;
    if (baseUrl === null) return noAddress(title);
    return this.#inEditorWords(title, accountOf({ profile: name, provider: name, baseUrl, apiKey }));
  }

  /** The words of the terminal name an environment variable, which the editor does not read. */
  #inEditorWords(name: string, answer: AccountAnswer): AccountAnswer {
    if (answer.kind === 'account') return answer;
    const { kind } = answer.problem;
    if (kind !== 'noKey' && kind !== 'badKey') return answer;
    const message =
      kind === 'noKey'
        ? vscode.l10n.t('There is no key for {0}.', name)
        : vscode.l10n.t('The key for {0} holds characters that no key has.', name);
    return { kind: 'problem', problem: { kind, message } };
  }
}

/** A standing choice of a provider is for lines that several take; those of others go to their own. */
export function profileFor(profile: string, provider: Provider | null): string {
  if (profile === 'auto') return provider ?? 'openai';
  const own = ownProviders.find((name) => name === profile);
  if (own === undefined || provider === null) return profile;
  return batchApiOf(provider)?.kind === batchApiOf(own)?.kind ? own : provider;
}

function secretName({ kind, name }: KeyOwner): string {
  return kind === 'provider' ? `${section}.${name}.key` : `${section}.profile.${name}.key`;
}

function unknownProfile(name: string, { problems }: SettingsAnswer): AccountAnswer {
  const wrong = problems.find((problem) => problem.includes(JSON.stringify(name)));
  const message = [vscode.l10n.t('There is no profile {0} in llmBatch.profiles.', name), wrong ?? ''];
  return { kind: 'problem', problem: { kind: 'unknownProfile', message: message.join(' ').trim() } };
}

function noAddress(title: string): AccountAnswer {
  const message = vscode.l10n.t(
    '{0} has another address for each customer; add a profile with it to llmBatch.profiles, and choose it.',
    title,
  );
  return { kind: 'problem', problem: { kind: 'noAddress', message } };
}
