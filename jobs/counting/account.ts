// Who counts, and where: the address and key of each of the three providers that have a counting endpoint.
import {
  familyOf,
  isLoopbackPlace,
  ownBaseUrls,
  type ProviderFamily,
  placeOf,
  providerVariables,
} from '#core';
import { type AccountProblem, simulatorProfile } from '../accounts/accounts.ts';
import { type EnvironmentRequest, profileOf, simulatorAccount } from '../accounts/environmentAccounts.ts';

export interface CountingAccount {
  readonly provider: ProviderFamily;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Counts are made up there: nothing is learnt from them. */
  readonly simulated: boolean;
}

export type CountingAccountAnswer =
  | { readonly kind: 'account'; readonly account: CountingAccount }
  | { readonly kind: 'problem'; readonly problem: AccountProblem };

const titles: Readonly<Record<ProviderFamily, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  gemini: 'Gemini',
};

/** "OpenAI", or the host of another server. */
export function countingName({ provider, baseUrl, simulated }: CountingAccount): string {
  if (simulated) return 'the simulator';
  const place = placeOf(baseUrl);
  return place === placeOf(ownBaseUrls[provider]) ? titles[provider] : place;
}

/** An account from its parts. A base URL on this computer needs no key. */
export function countingAccountOf(
  provider: ProviderFamily,
  baseUrl: string,
  apiKey: string | null,
): CountingAccountAnswer {
  const { key: variable } = providerVariables[provider];
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    const example = provider === 'openai' ? 'http://localhost:8900/v1' : 'http://localhost:8900';
    return refused('badUrl', `${JSON.stringify(baseUrl)} is no base URL; write one such as ${example}.`);
  }
  const key = apiKey?.trim() || null;
  if (key === null && !isLoopbackPlace(placeOf(baseUrl))) {
    return refused('noKey', `There is no key for ${titles[provider]}; set ${variable} to count there.`);
  }
  if (key !== null && !/^[!#-&(-~]+$/.test(key)) {
    const message = `${variable} holds characters that no key has, such as quotes or blanks; set it again, the key alone.`;
    return refused('badKey', message);
  }
  return { kind: 'account', account: { provider, baseUrl, apiKey: key, simulated: false } };
}

/** Of a terminal: `--profile`, `--base-url`, then the SDK's own environment variables. */
export function countingAccountFrom(
  provider: ProviderFamily,
  { env, home, profile, baseUrl }: EnvironmentRequest,
): CountingAccountAnswer {
  if (profile === simulatorProfile) return simulatorCounting(provider, home);
  const named = profile === undefined ? null : profileOf(profile, home);
  if (named !== null && familyOf(named.provider) === provider) {
    const key = named.keyVariable === null ? null : (env[named.keyVariable] ?? null);
    return countingAccountOf(provider, baseUrl ?? named.baseUrl, key);
  }
  if (profile !== undefined && profile !== provider) {
    const message = `There is no profile ${JSON.stringify(profile)} to count at; there are ${provider} and simulator.`;
    return refused('unknownProfile', message);
  }
  const variables = providerVariables[provider];
  const url = baseUrl ?? (env[variables.baseUrl] || ownBaseUrls[provider]);
  return countingAccountOf(provider, url, env[variables.key] ?? null);
}

/** The embedded provider counts for all three; its address as a client of OpenAI has it ends in /v1. */
export function simulatorCounting(provider: ProviderFamily, home: string): CountingAccountAnswer {
  const answer = simulatorAccount(home);
  if (answer.kind === 'problem') return answer;
  const { baseUrl } = answer.account;
  const own = provider === 'openai' ? baseUrl : baseUrl.replace(/\/v1\/?$/, '');
  return { kind: 'account', account: { provider, baseUrl: own, apiKey: null, simulated: true } };
}

function refused(kind: AccountProblem['kind'], message: string): CountingAccountAnswer {
  return { kind: 'problem', problem: { kind, message } };
}
