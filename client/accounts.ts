// Who pays for what is submitted here? The profile of the settings, with the key from VS Code's secret storage.
import * as vscode from 'vscode';
import { type Job, ownBaseUrls, type ProviderFamily } from '#core';
import type { AccountAnswer, CountingAccountAnswer } from '#jobs';
import type { EmbeddedSimulator } from './embeddedSimulator.ts';
import type { Engine } from './engine.ts';
import {
  baseUrlSetting,
  type Profile,
  profileSetting,
  readBaseUrl,
  readBaseUrls,
  readProfile,
  section,
} from './settings.ts';

const connectedKey = 'llmBatch.connected';
const openaiKey = 'llmBatch.openai.key';
const keyNames: Readonly<Record<ProviderFamily, string>> = {
  openai: openaiKey,
  anthropic: 'llmBatch.anthropic.key',
  gemini: 'llmBatch.gemini.key',
};

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
    const names = [profileSetting, baseUrlSetting].map((name) => `${section}.${name}`);
    this.#listeners.push(
      this.#secrets.onDidChange(({ key }) => key === openaiKey && this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (names.some((name) => change.affectsConfiguration(name))) this.#changed.fire();
      }),
      this.#changed.event(() => void this.#setContext()),
    );
    void this.#setContext();
  }

  /** The account that a submission would use now. */
  current(): Promise<AccountAnswer> {
    return this.#ofProfile(readProfile());
  }

  /** The account to ask after an earlier job, perhaps of a terminal: where it was made, else as the settings say. */
  async ofJob(job: Job): Promise<AccountAnswer> {
    if (job.account.profile === 'simulator') return this.#ofProfile('simulator');
    const { accountWhereMade } = await this.#engine.jobs();
    const account = accountWhereMade(job.account, (await this.#secrets.get(openaiKey)) ?? null);
    if (account !== null) return { kind: 'account', account };
    return this.#ofProfile('openai');
  }

  /** What is missing before anything can be sent, in one sentence; null when nothing is. Starts nothing. */
  async problem(): Promise<string | null> {
    if (readProfile() === 'simulator') return null;
    const answer = await this.current();
    return answer.kind === 'problem' ? answer.problem.message : null;
  }

  async hasKey(): Promise<boolean> {
    return (await this.#secrets.get(openaiKey)) !== undefined;
  }

  /** Of any provider. */
  async hasAnyKey(): Promise<boolean> {
    for (const name of Object.values(keyNames))
      if ((await this.#secrets.get(name)) !== undefined) return true;
    return false;
  }

  async storeKey(key: string, provider: ProviderFamily = 'openai'): Promise<void> {
    await this.#secrets.store(keyNames[provider], key);
  }

  /** Of every provider. */
  async forgetKeys(): Promise<void> {
    for (const name of Object.values(keyNames)) await this.#secrets.delete(name);
  }

  /** Where tokens of a provider's requests would be counted. */
  async counting(provider: ProviderFamily): Promise<CountingAccountAnswer> {
    const { countingAccountOf, simulatorCounting } = await this.#engine.jobs();
    if (readProfile() === 'simulator') {
      await this.#simulator.ensure();
      return simulatorCounting(provider, (await this.#engine.desk()).store.home);
    }
    const key = (await this.#secrets.get(keyNames[provider])) ?? null;
    return countingAccountOf(provider, readBaseUrls()[provider] ?? ownBaseUrls[provider], key);
  }

  /** "key …4f2a": enough to recognise. */
  async keyLabel(): Promise<string> {
    const { keyLabel } = await this.#engine.jobs();
    return keyLabel((await this.#secrets.get(openaiKey)) ?? null);
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }

  /** For menus and the empty view: whether something could be sent now. */
  async #setContext(): Promise<void> {
    const connected = readProfile() === 'simulator' || (await this.hasKey());
    await vscode.commands.executeCommand('setContext', connectedKey, connected);
  }

  async #ofProfile(profile: Profile): Promise<AccountAnswer> {
    const { accountOf, openaiBaseUrl, simulatorProfile } = await this.#engine.jobs();
    if (profile === 'simulator') {
      const url = await this.#simulator.ensure();
      return accountOf({ profile: simulatorProfile, provider: 'openai', baseUrl: url, apiKey: null });
    }
    const key = (await this.#secrets.get(openaiKey)) ?? null;
    return this.#inEditorWords(
      accountOf({
        profile: 'openai',
        provider: 'openai',
        baseUrl: readBaseUrl() ?? openaiBaseUrl,
        apiKey: key,
      }),
    );
  }

  /** The words of the terminal name an environment variable, which the editor does not read. */
  #inEditorWords(answer: AccountAnswer): AccountAnswer {
    if (answer.kind === 'account') return answer;
    const { kind } = answer.problem;
    if (kind !== 'noKey' && kind !== 'badKey') return answer;
    const message =
      kind === 'noKey'
        ? vscode.l10n.t('There is no key for OpenAI.')
        : vscode.l10n.t('The key for OpenAI holds characters that no key has.');
    return { kind: 'problem', problem: { kind, message } };
  }
}
