// Whose account does a terminal mean? `--profile`, `--provider`, `--base-url`, settings.json, then the SDKs' own variables.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job, JobAccount, Provider } from '#core';
import {
  type AccountAnswer,
  type AccountParts,
  accountOf,
  accountWhereMade,
  refused,
  simulatorProfile,
} from './accounts.ts';
import type { Profile } from './profiles.ts';
import {
  isSendableProvider,
  providerPlaces,
  type SendableProvider,
  sendableProviders,
  simulatedBaseUrl,
} from './providerPlaces.ts';
import { readSettingsFile } from './settings.ts';

export interface EnvironmentRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of job records, for the simulator's address and the settings. */
  readonly home: string;
  readonly profile?: string | undefined;
  /** Whose requests they are, where no profile is named; OpenAI's when left out. */
  readonly provider?: Provider | undefined;
  readonly baseUrl?: string | undefined;
}

/** The account of a terminal. */
export function accountFromEnvironment(request: EnvironmentRequest): AccountAnswer {
  const { profile, provider = 'openai' } = request;
  if (profile === simulatorProfile) return simulatorAccount(request.home, provider);
  if (profile === undefined || isSendableProvider(profile)) return ofProvider(profile ?? provider, request);
  const named = profileOf(profile, request.home);
  return named === null ? unknownProfile(profile, request.home) : ofProfile(profile, named, request);
}

/** The profile of that name in settings.json, null when there is none. */
export function profileOf(name: string, home: string): Profile | null {
  const { profiles } = readSettingsFile(home).settings;
  return Object.hasOwn(profiles, name) ? (profiles[name] ?? null) : null;
}

/** A profile that is there and wrong is named by what is wrong with it. */
function unknownProfile(name: string, home: string): AccountAnswer {
  const { settings, problems, path } = readSettingsFile(home);
  const isEmpty = Object.keys(settings.profiles).length === 0;
  const wrong =
    problems.find((problem) => problem.includes(JSON.stringify(name))) ?? (isEmpty ? problems[0] : undefined);
  const names = [...sendableProviders, simulatorProfile, ...Object.keys(settings.profiles)].join(', ');
  const why = wrong ?? `There are ${names}; "profiles" in ${path} adds others.`;
  return refused('unknownProfile', `There is no profile ${JSON.stringify(name)}. ${why}`);
}

function ofProvider(provider: Provider, { env, baseUrl }: EnvironmentRequest): AccountAnswer {
  if (!isSendableProvider(provider))
    return accountOf({ profile: provider, provider, baseUrl: '', apiKey: null });
  const { title, variables, baseUrl: own } = providerPlaces[provider];
  const url = baseUrl ?? (env[variables.baseUrl]?.trim() || own);
  if (url === null) {
    const message = `There is no address for ${title}; set ${variables.baseUrl}, or give --base-url.`;
    return refused('noAddress', message);
  }
  const apiVersion = apiVersionFrom(provider, env);
  return accountOf({
    profile: provider,
    provider,
    baseUrl: url,
    apiKey: env[variables.key] ?? null,
    apiVersion,
  });
}

function apiVersionFrom(provider: SendableProvider, env: EnvironmentRequest['env']): string | null {
  const { apiVersion } = providerPlaces[provider].variables;
  return apiVersion === undefined ? null : env[apiVersion]?.trim() || null;
}

function ofProfile(name: string, profile: Profile, { env, baseUrl }: EnvironmentRequest): AccountAnswer {
  const { keyVariable, provider, headers, apiVersion } = profile;
  const apiKey = keyVariable === null ? null : (env[keyVariable] ?? null);
  const parts = { profile: name, provider, headers, apiVersion, apiKey, keyVariable };
  return accountOf({ ...parts, baseUrl: baseUrl ?? profile.baseUrl });
}

/**
 * Who may ask after a job: its account where it was made, whatever the environment or settings say of addresses now;
 * where that is not possible, the account of that name as they are now.
 * @param request `baseUrl` goes before everything; `profile` and `provider` are the job's own.
 */
export function accountForJob(
  job: Pick<Job, 'provider' | 'account'>,
  { env, home, baseUrl }: Pick<EnvironmentRequest, 'env' | 'home' | 'baseUrl'>,
): AccountAnswer {
  const { provider, account: made } = job;
  if (made.profile === simulatorProfile) return simulatorAccount(home, provider);
  const answer = accountFromEnvironment({ env, home, baseUrl, provider, profile: made.profile });
  if (baseUrl !== undefined) return answer;
  const there = accountWhereMade(job, partsFor(provider, answer, env));
  return there === null ? withVersion(answer, made) : { kind: 'account', account: there };
}

function withVersion(answer: AccountAnswer, { apiVersion }: JobAccount): AccountAnswer {
  if (answer.kind === 'problem' || !apiVersion) return answer;
  return { kind: 'account', account: { ...answer.account, apiVersion } };
}

/** What is known of the account but its address; a key is used only where it is the job's. */
function partsFor(
  provider: Provider,
  answer: AccountAnswer,
  env: EnvironmentRequest['env'],
): Pick<AccountParts, 'apiKey' | 'headers' | 'apiVersion'> {
  if (answer.kind === 'account') return answer.account;
  if (!isSendableProvider(provider)) return { apiKey: null };
  const apiVersion = apiVersionFrom(provider, env);
  return { apiKey: env[providerPlaces[provider].variables.key] ?? null, apiVersion };
}

/** The embedded provider, where one is running for this folder of records. It answers as every provider. */
export function simulatorAccount(home: string, provider: Provider = 'openai'): AccountAnswer {
  let url: string;
  try {
    ({ url } = JSON.parse(readFileSync(join(home, 'simulator.json'), 'utf8')) as { readonly url: string });
  } catch {
    url = '';
  }
  const answer = simulatedAccount(url, provider);
  if (answer.kind === 'account' || answer.problem.kind === 'notSendable') return answer;
  const message =
    'No simulator is running; start one with "llm-batch simulate --register", or in the editor.';
  return refused('noSimulator', message);
}

/** @param url of the simulator, as a client of OpenAI has it. */
export function simulatedAccount(url: string, provider: Provider): AccountAnswer {
  const baseUrl = isSendableProvider(provider) ? simulatedBaseUrl(provider, url) : url;
  return accountOf({ profile: simulatorProfile, provider, baseUrl, apiKey: null });
}
