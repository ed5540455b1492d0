// Who pays, and where: base URL and key by profile. Keys live in memory only; a record keeps a fingerprint.
import { createHash } from 'node:crypto';
import {
  type Configuration,
  dialectOf,
  isLoopbackPlace,
  type Job,
  type JobAccount,
  type Provider,
} from '#core';
import { baseUrlProblem } from './profiles.ts';
import { fullBaseUrl, isSendableProvider, providerPlaces, titleOfHost } from './providerPlaces.ts';

export interface Account {
  /** The name of a provider, of a profile in the settings, or `simulator` for the embedded provider. */
  readonly profile: string;
  readonly provider: Provider;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Sent with every call beside the key; none of them is a key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where a provider has several: Anthropic's `anthropic-version`, Azure's `api-version`. Null: the adapter's own. */
  readonly apiVersion: string | null;
}

export type AccountParts = Pick<Account, 'profile' | 'provider' | 'baseUrl' | 'apiKey'> &
  Partial<Pick<Account, 'headers' | 'apiVersion'>> & {
    /** Where the key would have been, for the sentence that asks for one; left out: the provider's own. */
    readonly keyVariable?: string | null;
  };

export interface AccountProblem {
  readonly kind:
    | 'noKey'
    | 'badKey'
    | 'noSimulator'
    /** None is known, of a provider where each customer has another. */
    | 'noAddress'
    | 'badUrl'
    | 'otherAccount'
    | 'unknownProfile'
    /** Nobody can send to that provider with this version. */
    | 'notSendable';
  /** One sentence and what to do. */
  readonly message: string;
}

export type AccountAnswer =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'problem'; readonly problem: AccountProblem };

export const simulatorProfile = 'simulator';

/** An account from its parts. A base URL on this machine needs no key. */
export function accountOf(parts: AccountParts): AccountAnswer {
  const { profile, provider, apiKey, headers = {}, apiVersion = null } = parts;
  if (!isSendableProvider(provider)) {
    const message = `This version cannot send to ${dialectOf(provider).title}; it checks and prices its files.`;
    return refused('notSendable', message);
  }
  const { example, variables } = providerPlaces[provider];
  const variable = parts.keyVariable === undefined ? variables.key : parts.keyVariable;
  const problem = baseUrlProblem(parts.baseUrl);
  if (problem !== null) {
    const shown = JSON.stringify(withoutLogin(parts.baseUrl));
    return refused('badUrl', `${shown} is no base URL: it ${problem}; write one such as ${example}.`);
  }
  const baseUrl = fullBaseUrl(provider, parts.baseUrl.trim(), apiVersion);
  const key = apiKey?.trim() || null;
  if (key === null && !isLoopbackPlace(new URL(baseUrl).host)) {
    const name = providerName({ profile, baseUrl });
    const set =
      variable === null
        ? `name its variable with "keyVariable" of the profile ${profile}`
        : `set ${variable}`;
    const message = `There is no key for ${name}; ${set}, or try it without one: "llm-batch simulate".`;
    return refused('noKey', message);
  }
  // What no HTTP header can hold would look like a connection that breaks, again and again.
  if (key !== null && !/^[!#-&(-~]+$/.test(key)) {
    const message = `${variable ?? 'The key'} holds characters that no key has, such as quotes or blanks; set it again, the key alone.`;
    return refused('badKey', message);
  }
  return { kind: 'account', account: { profile, provider, baseUrl, apiKey: key, headers, apiVersion } };
}

/** The version of Anthropic's API that a file was checked for is the one that it is sent with. */
export function checkedFor(
  account: Account,
  { anthropicVersion }: Pick<Configuration, 'anthropicVersion'>,
): Account {
  return account.provider === 'anthropic' && account.apiVersion === null
    ? { ...account, apiVersion: anthropicVersion }
    : account;
}

/** A job is asked after only where it was made; the simulator is the same at any address. */
export function checkJobAccount(made: JobAccount, account: Account): AccountProblem | null {
  const bothSimulated = made.profile === simulatorProfile && account.profile === simulatorProfile;
  if (bothSimulated || trimSlash(made.baseUrl) === trimSlash(account.baseUrl)) return null;
  return {
    kind: 'otherAccount',
    message: `This job is at ${made.baseUrl}, not at ${account.baseUrl}; set the base URL back to reach it.`,
  };
}

/** Another key may be a new one for the same project, so this explains a failure rather than being one. */
export function hasOtherKey(made: JobAccount, account: Account): boolean {
  return made.keyFingerprint !== null && keyFingerprint(account.apiKey) !== made.keyFingerprint;
}

/**
 * The account at the very address a job was made at, so that it can be asked after without naming the place again: when
 * that needs no key, or the key is the one it was made with. Any other key is for another address: null.
 */
export function accountWhereMade(
  { provider, account: made }: Pick<Job, 'provider' | 'account'>,
  parts: Pick<AccountParts, 'apiKey' | 'headers' | 'apiVersion'>,
): Account | null {
  const { profile, baseUrl, keyFingerprint } = made;
  const apiKey = keyFingerprint === null ? null : parts.apiKey;
  const apiVersion = made.apiVersion ?? parts.apiVersion ?? null;
  const answer = accountOf({ ...parts, profile, provider, baseUrl, apiKey, apiVersion });
  if (answer.kind === 'problem') return null;
  return hasOtherKey(made, answer.account) ? null : answer.account;
}

export function recordOf(account: Account): JobAccount {
  return {
    profile: account.profile,
    baseUrl: account.baseUrl,
    keyFingerprint: keyFingerprint(account.apiKey),
    ...(account.apiVersion === null ? {} : { apiVersion: account.apiVersion }),
  };
}

function keyFingerprint(apiKey: string | null): string | null {
  return apiKey === null ? null : createHash('sha256').update(apiKey).digest('hex').slice(0, 8);
}

/** "key …4f2a", "no key": enough to recognise, too little to use. */
export function keyLabel(apiKey: string | null): string {
  if (apiKey === null) return 'no key';
  return apiKey.length < 12 ? 'key set' : `key …${apiKey.slice(-4)}`;
}

/** How the provider is called in messages: "OpenAI", "the simulator", or the host of another server. */
export function providerName({ profile, baseUrl }: Pick<Account, 'profile' | 'baseUrl'>): string {
  if (profile === simulatorProfile) return 'the simulator';
  const { host } = new URL(baseUrl);
  return titleOfHost(host) ?? host;
}

/** "OpenAI (key …4f2a)", "the simulator". */
export function providerLabel(account: Account): string {
  const name = providerName(account);
  return account.profile === simulatorProfile ? name : `${name} (${keyLabel(account.apiKey)})`;
}

/** At the provider itself, not at a gateway, another server or the simulator. */
export function isAtProvider({ profile, baseUrl }: Pick<Account, 'profile' | 'baseUrl'>): boolean {
  return profile !== simulatorProfile && titleOfHost(new URL(baseUrl).host) !== null;
}

/** A base URL as it may be shown. */
export function withoutLogin(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

function trimSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

export function refused(kind: AccountProblem['kind'], message: string): AccountAnswer {
  return { kind: 'problem', problem: { kind, message } };
}
